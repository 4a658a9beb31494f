"""A1 notation: from text to a box of cells and back, the way the real answers echo it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from emulator.google_errors import GoogleError

_TITLED = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))(?:!(.*))?", re.DOTALL)
_CELLS = re.compile(r"\$?([A-Za-z]{1,3})?\$?([0-9]+)?(?:(:)\$?([A-Za-z]{1,3})?\$?([0-9]+)?)?")
_PLAIN_TITLE = re.compile(r"[^\W\d]\w*")
_LOOKS_LIKE_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*|TRUE|FALSE", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Span:
    """Rows top..bottom and columns left..right, zero based, ends exclusive; None at an end is "to the edge"."""

    top: int = 0
    bottom: int | None = None
    left: int = 0
    right: int | None = None

    def within(self, rows: int, columns: int) -> Box:
        """The same, with both ends known and cut at the edge of a grid of that size."""
        bottom = rows if self.bottom is None else min(self.bottom, rows)
        right = columns if self.right is None else min(self.right, columns)
        return Box(top=self.top, bottom=bottom, left=self.left, right=right)


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle of cells, zero based, ends exclusive."""

    top: int
    bottom: int
    left: int
    right: int

    def text(self) -> str:
        """`A1:B2`, or `A1` for a single cell."""
        first = f"{letters(self.left)}{self.top + 1}"
        last = f"{letters(self.right - 1)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    def meets(self, other: Box) -> bool:
        """Whether a cell lies in both."""
        rows = self.top < other.bottom and other.top < self.bottom
        return rows and self.left < other.right and other.left < self.right


def letters(column: int) -> str:
    """0 -> A, 26 -> AA."""
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_index(text: str) -> int:
    """A -> 0, AA -> 26."""
    index = 0
    for char in text.upper():
        index = index * 26 + ord(char) - 64
    return index - 1


def quoted(title: str) -> str:
    """A tab's title as it stands in a range: quoted only when it must be."""
    if _PLAIN_TITLE.fullmatch(title) and not _LOOKS_LIKE_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def span(text: str) -> Span | None:
    """`A1`, `A1:B2`, `B1:B`, `A1:1`, `2:5`, `A:C`; None if the text is not of these forms."""
    match = _CELLS.fullmatch(text)
    if not match or not text:
        return None
    left, top, colon, right, bottom = match.groups()
    if not colon:
        right, bottom = left, top
        if not (left and top):
            return None
    elif not ((left or top) and (right or bottom)):
        return None
    rows = sorted(int(part) for part in (top, bottom) if part)
    columns = sorted(column_index(part) for part in (left, right) if part)
    if rows and rows[0] < 1:
        return None
    open_below, open_right = not bottom, not right
    return Span(
        top=rows[0] - 1 if rows else 0,
        bottom=None if open_below or not rows else rows[-1],
        left=columns[0] if columns else 0,
        right=None if open_right or not columns else columns[-1] + 1,
    )


def split(text: str) -> tuple[str | None, Span | None]:
    """(title or None, span or None) of a range; a lone word comes back as title.

    Raises:
        GoogleError: 400, `Unable to parse range: ...`.
    """
    whole = span(text)
    if whole:
        return None, whole
    match = _TITLED.fullmatch(text)
    if not match:
        raise GoogleError(400, f"Unable to parse range: {text}")
    title = match[1].replace("''", "'") if match[1] else match[2]
    if match[3] is None:
        return title, None
    inner = span(match[3])
    if inner is None:
        raise GoogleError(400, f"Unable to parse range: {text}")
    return title, inner
