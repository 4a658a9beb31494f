"""Where the properties of a JSON document stand in its text: Meta's reviews name line and columns."""

from __future__ import annotations

import json
import re

#: path of a property -> line, first and last column of its name, from 1
Places = dict[str, tuple[int, int, int]]
_BLANK = re.compile(r"[\s,:]*")
_LAST_STEP = re.compile(r"(\.[^.\[]+|\[\d+\]|^[^.\[]+)$")


def place(places: Places, path: str) -> tuple[int, int, int]:
    """The place of a property, or of the nearest thing around it that is there."""
    while path and path not in places:
        path = _LAST_STEP.sub("", path)
    return places.get(path, (1, 1, 1))


def places_of(text: str) -> Places:
    """The places of all properties of a valid JSON text; members of a list have the path of the list and a number."""
    found: Places = {}
    value = json.JSONDecoder().raw_decode

    def after(at: int) -> int:
        """Past blanks, commas and colons."""
        blank = _BLANK.match(text, at)
        return blank.end() if blank else at

    def mark(path: str, start: int, end: int) -> None:
        first = start - text.rfind("\n", 0, start)
        found[path] = (text.count("\n", 0, start) + 1, first, first + end - start - 1)

    def walk(at: int, path: str) -> int:
        if text[at] == "{":
            at = after(at + 1)
            while text[at] != "}":
                name, end = value(text, at)
                inner = f"{path}.{name}".lstrip(".")
                mark(inner, at, end)
                at = after(walk(after(end), inner))
            return at + 1
        if text[at] == "[":
            at, number = after(at + 1), 0
            while text[at] != "]":
                mark(f"{path}[{number}]", at, at + 1)
                at, number = after(walk(at, f"{path}[{number}]")), number + 1
            return at + 1
        return value(text, at)[1]

    walk(after(0), "")
    return found
