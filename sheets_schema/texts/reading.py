"""Reads the data files of this package."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, cast

from sheets_schema.texts.model import Button, Kind, Message, MessageClass

_KIND_OF_GROUP: Mapping[str, Kind] = {"parts": "P", "problems": "C", "ticks": "C", "today": "C", "paper": "C"}
_UNITS = {"s": 1, "m": 60, "h": 3600}


def read_toml(name: str) -> dict[str, Any]:
    """The data file of that name below this package, e.g. `en/words.toml`."""
    return tomllib.loads((files("sheets_schema.texts") / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def languages() -> Mapping[str, str]:
    """Name in the Language cell -> code, of every language there is: `{"English": "en"}`."""
    folders = [f for f in files("sheets_schema.texts").iterdir() if f.is_dir() and (f / "words.toml").is_file()]
    return {str(read_toml(f"{f.name}/words.toml")["language"]): f.name for f in sorted(folders, key=lambda f: f.name)}


def read_message(key: str, group: str, entry: str | dict[str, Any]) -> Message:
    """One entry of a data file: a table, or a bare string for a part or a cell text."""
    if isinstance(entry, str):
        return Message(key=key, group=group, kind=_KIND_OF_GROUP[group], text=entry)
    ttl = str(entry.get("ttl", "0s"))
    return Message(
        key=key,
        group=group,
        kind=cast("Kind", entry["kind"]),
        text=entry["text"],
        message_class=cast("MessageClass", entry["class"]),
        ttl_seconds=int(ttl[:-1]) * _UNITS[ttl[-1]],
        subject=entry.get("subject", ""),
        document=entry.get("document", ""),
        buttons=_buttons(entry.get("buttons", ())),
        rows=_buttons(entry.get("rows", ())),
        list_label=entry.get("list", ""),
        takes_choices=bool(entry.get("choices", False)),
        also=frozenset(entry.get("also", ())),
    )


def _buttons(entries: Iterable[Mapping[str, Any]]) -> tuple[Button, ...]:
    return tuple(
        Button(id=entry.get("action", ""), **{name: value for name, value in entry.items() if name != "action"})
        for entry in entries
    )
