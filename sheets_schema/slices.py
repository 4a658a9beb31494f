"""The answer of one ``values:batchGet``, cut at its ranges without being parsed. Pure.

A poll reads everything and mostly nothing has changed, so its cost should grow with the change: bytes that are as they
were are compared at the speed of memory, and the slice of last time, with whatever was found out about it, is given
again. Only a slice that differs is parsed, when somebody asks for its rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cached_property

from sheets_schema.cells import Raw

Line = list[Raw]
#: how a range begins in the answer; a quote inside a text is escaped, so nothing else looks like it
_MARK = b'{"range":'
_LOOSE = re.compile(rb'\{\s*"range":')
_VALUES = re.compile(r'"values"\s*:\s*\[\s*')
_DECODER = json.JSONDecoder()


class Slice:
    """What one range held: the JSON of its ValueRange. The same object while the bytes are the same."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._lines: list[Line] | None = None

    def lines(self) -> list[Line]:
        """The rows, not to be changed: without trailing blanks, none when all is empty. Kept until forgotten."""
        if self._lines is None:
            self._lines = self._parse()
        return self._lines

    def forget(self) -> None:
        """Let go of the parsed rows: the bytes take a tenth of the room."""
        self._lines = None

    def _parse(self) -> list[Line]:
        found: list[Line] = json.loads(self.raw).get("values", [])
        return found

    @cached_property
    def head(self) -> Line:
        """The first row alone."""
        text = self.raw[:65_536].decode("utf-8", "ignore")
        start = _VALUES.search(text)
        try:
            first = _DECODER.raw_decode(text, start.end())[0] if start else []
        except ValueError:  # none at all, or longer than what was looked at
            first = next(iter(self.lines()), [])
        return list(first)


class Slices:
    """Cuts answers, and remembers the last one by its ranges."""

    def __init__(self) -> None:
        self._known: dict[str, Slice] = {}

    def take(self, ranges: Sequence[str], body: bytes) -> tuple[Slice, ...]:
        """One slice per range, in their order. Raises ``ValueError`` for an answer that is none, or breaks off."""
        found = self._same(ranges, body) or self._cut(ranges, body)
        if found and found[-1] is not self._known.get(ranges[-1]):
            found[-1].lines()  # whatever comes before it ends where the next one begins
        self._known = dict(zip(ranges, found, strict=True))
        return found

    def _same(self, ranges: Sequence[str], body: bytes) -> tuple[Slice, ...] | None:
        """Slice by slice along the bytes, as long as the answer is written in the short form we ask for."""
        at = body.find(_MARK)
        found: list[Slice] = []
        end = 0
        for name in ranges:
            known = self._known.get(name)
            if at < 0 or not body.startswith(_MARK, at):
                return None
            end = at + len(known.raw) if known else 0
            if known and body.startswith(known.raw, at) and body[end : end + 1] in (b",", b"]"):
                found.append(known)
            else:
                following = body.find(_MARK, at + 1)
                end = body.rfind(b"]") if following < 0 else body.rfind(b",", at, following)
                found.append(Slice(body[at:end].rstrip()))
            at = body.find(_MARK, end, end + 16)
        return tuple(found) if at < 0 and body[end:].split() == [b"]}"] else None

    def _cut(self, ranges: Sequence[str], body: bytes) -> tuple[Slice, ...]:
        """However it is written: with blanks, or not what we expect."""
        starts = [match.start() for match in _LOOSE.finditer(body)]
        if len(starts) == len(ranges):
            ends = [*starts[1:], len(body)]
            raws = [body[a:b].rstrip().rstrip(b",").rstrip() for a, b in zip(starts, ends, strict=True)]
            if raws:
                raws[-1] = raws[-1][: raws[-1].rfind(b"]")].rstrip()
            return tuple(self._again(name, raw) for name, raw in zip(ranges, raws, strict=True))
        answer = json.loads(body).get("valueRanges", [])
        if len(answer) != len(ranges):
            raise json.JSONDecodeError(f"{len(ranges)} ranges were asked for, {len(answer)} came", "", 0)
        raws = [json.dumps(each, separators=(",", ":")).encode() for each in answer]
        return tuple(self._again(name, raw) for name, raw in zip(ranges, raws, strict=True))

    def _again(self, name: str, raw: bytes) -> Slice:
        known = self._known.get(name)
        return known if known is not None and known.raw == raw else Slice(raw)
