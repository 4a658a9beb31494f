"""The answer of one ``values:batchGet``, cut at its ranges without being parsed. Pure.

A poll reads everything and mostly nothing has changed, so its cost should grow with the change: bytes that are as they
were are compared at the speed of memory, and the slice of last time, with whatever was found out about it, is given
again. Of a slice that differs only the run of rows that does is parsed, when somebody asks for its rows.
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
#: how the rows begin in the short form we ask for
_ROWS = b'"values":['
_VALUES = re.compile(r'"values"\s*:\s*\[\s*')
_DECODER = json.JSONDecoder()


#: bytes of a block, as a rule: a changed cell costs the parsing of its block
BLOCK = 16_384


class Block:
    """A run of whole rows of a slice: ``raw[start:end]``. The same object while these bytes are the same."""

    def __init__(self, raw: bytes, start: int, end: int, lines: list[Line]) -> None:
        self._raw, self._start = raw, start
        self.size, self.count = end - start, len(lines)
        self._lines: list[Line] | None = lines

    def lines(self) -> list[Line]:
        """The rows, not to be changed: without trailing blanks. Kept until forgotten."""
        if self._lines is None:
            self._lines = self.parse(self._raw[self._start : self._start + self.size])
        return self._lines

    def forget(self) -> None:
        """Let go of the parsed rows: the bytes take a tenth of the room."""
        self._lines = None

    def stands(self, raw: bytes, at: int) -> bool:
        """Whether its bytes stand at this place of another answer, too; then it lives there from now on."""
        if at < 0 or raw[at : at + self.size] != self._raw[self._start : self._start + self.size]:
            return False
        self._raw, self._start = raw, at
        return True

    @staticmethod
    def parse(raw: bytes) -> list[Line]:
        """Rows with commas between them. Raises ``ValueError`` when they are not whole."""
        found: list[Line] = json.loads(b"[" + raw + b"]")
        return found


class _Whole(Block):
    """All of a slice that is written in another way than we ask for."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw, 0, len(raw), self.parse(raw))

    def stands(self, raw: bytes, at: int) -> bool:  # noqa: ARG002
        """Nothing is known of its inside."""
        return False

    @staticmethod
    def parse(raw: bytes) -> list[Line]:
        """The rows of a whole ValueRange."""
        found: list[Line] = json.loads(raw).get("values", [])
        return found


class Slice:
    """What one range held: the JSON of its ValueRange. The same object while the bytes are the same.

    ``before``: the slice of this range in the last answer. Blocks of it that still stand here are given again.
    """

    def __init__(self, raw: bytes, before: Slice | None = None) -> None:
        self.raw = raw
        #: blocks that may stand here, until it is cut
        self.known: tuple[Block, ...] = () if before is None else before.__dict__.get("blocks", before.known)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Its rows, run by run. Raises ``ValueError`` when it breaks off."""
        known, self.known = self.known, ()
        return _blocks(self.raw, known)

    def lines(self) -> list[Line]:
        """The rows, not to be changed: without trailing blanks, none when all is empty."""
        return [line for block in self.blocks for line in block.lines()]

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


def _blocks(raw: bytes, known: Sequence[Block]) -> tuple[Block, ...]:
    """Known blocks from the beginning on, as far as they stand there, then from the end; what lies between is parsed.

    Where a row begins is certain: the first one does after ``[``, and what can be parsed from there ends with a row.
    """
    at, end = raw.find(_ROWS) + len(_ROWS), len(raw) - 2
    if at < len(_ROWS) or not raw.endswith(b"]]}") or raw[at : at + 1] != b"[":
        return (_Whole(raw),)
    same: list[Block] = []
    for block in known:
        if at + block.size > end or raw[at + block.size : at + block.size + 1] not in (b",", b"]"):
            break
        if not block.stands(raw, at):
            break
        same.append(block)
        at += block.size + 1
    tail: list[Block] = []
    stop = end
    for block in reversed(known[len(same) :]):
        start = stop - block.size
        if start < at or (start > at and raw[start - 1 : start] != b",") or not block.stands(raw, start):
            break
        tail.insert(0, block)
        stop = start - 1
    try:
        return (*same, *_parsed(raw, at, stop), *tail)
    except ValueError:  # what looked like the end of a row was inside a text
        return (*same, *_parsed(raw, at, end))


def _parsed(raw: bytes, at: int, end: int) -> list[Block]:
    found: list[Block] = []
    while at < end:
        stop = at + BLOCK
        while True:
            cut = raw.find(b"],[", stop, end) + 1 or end
            try:
                found.append(Block(raw, at, cut, Block.parse(raw[at:cut])))
                break
            except ValueError:
                if cut == end:
                    raise
                stop = cut
        at = cut + 1
    return found


class Slices:
    """Cuts answers, and remembers the last one by its ranges."""

    def __init__(self) -> None:
        self._known: dict[str, Slice] = {}

    def take(self, ranges: Sequence[str], body: bytes) -> tuple[Slice, ...]:
        """One slice per range, in their order. Raises ``ValueError`` for an answer that is none, or breaks off."""
        found = self._same(ranges, body) or self._cut(ranges, body)
        if found and found[-1] is not self._known.get(ranges[-1]):
            _ = found[-1].blocks  # whatever comes before it ends where the next one begins
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
                found.append(Slice(body[at:end].rstrip(), known))
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
        return known if known is not None and known.raw == raw else Slice(raw, known)
