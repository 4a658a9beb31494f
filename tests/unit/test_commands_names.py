"""Whom a few typed words mean."""

import pytest

from sheets_schema.tabs.people import Client
from studio_sync.rules.commands.names import find_clients


def client(name: str, end: str, status: str = "active") -> Client:
    return Client(id=f"c-{end}", name=name, phone=f"+44770090{end}", status=status)


PEOPLE = (
    client("Thandi Maroon", "0101"),
    client("Zoë Umber", "0102"),
    client("Sipho Amber", "0103", "paused"),
    client("Mary Green", "0107"),
    client("Mary Plum", "0108"),
    client("Mary", "0109", "left"),
    client("Pieter Indigo", "0110", "left"),
    client("Sam O'Hara", "0111", ""),
    client("  ", "0112"),
)


@pytest.mark.parametrize(
    ("words", "kind", "names"),
    [
        ("Thandi Maroon", "one", ["Thandi Maroon"]),
        ("thandi", "one", ["Thandi Maroon"]),
        ("Maroon", "one", ["Thandi Maroon"]),
        ("Zoe", "one", ["Zoë Umber"]),
        ("ZOË", "one", ["Zoë Umber"]),
        ("sipho", "one", ["Sipho Amber"]),
        ("Mary", "several", ["Mary Green", "Mary Plum"]),
        ("Mary G", "one", ["Mary Green"]),
        ("mary  green", "one", ["Mary Green"]),
        ("Mary ..0108", "one", ["Mary Plum"]),
        ("Tha", "one", ["Thandi Maroon"]),
        ("o'hara", "one", ["Sam O'Hara"]),
        ("o\u2019hara", "one", ["Sam O'Hara"]),
        ("Pieter", "one", ["Pieter Indigo"]),
        ("Tandi", "close", ["Thandi Maroon"]),
        ("Th", "close", ["Thandi Maroon"]),
        ("Peter", "close", ["Pieter Indigo"]),
        ("Xerxes", "none", []),
        ("", "none", []),
        ("?!", "none", []),
        ("a" * 5_000, "none", []),
    ],
)
def test_who_is_meant(words: str, kind: str, names: list[str]) -> None:
    match = find_clients(words, PEOPLE)
    assert (match.kind, [found.name for found in match.clients]) == (kind, names)


def test_the_name_as_written_beats_the_name_without_its_accent() -> None:
    people = (client("Zoë", "0101"), client("Zoe", "0102"))
    assert find_clients("Zoe", people).clients == people[1:]
    assert find_clients("zoë", people).clients == people[:1]
