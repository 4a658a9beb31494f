"""Which line goes on which page. Heights in mm; nothing is drawn here."""

from __future__ import annotations

from collections.abc import Sequence

#: where the lines start on page 1 and on later pages
FIRST_TOP, LATER_TOP = 120.0, 38.0
#: how far lines may reach on a page without totals: 22 lines on page 1, 35 later
FIRST_END, LATER_END = 265.3, 269.1
#: how many lines at least come along with the totals to a new page
_COMPANY = 3


def paginate(heights: Sequence[float], *, tail: float, end: float) -> list[int]:
    """How many lines stand on each page. The last page also holds the totals, ``tail`` high and not below ``end``.

    A line never splits. When page 1 has no room for the totals, at least three lines go with them.
    """
    pages: list[int] = []
    done, top, limit = 0, FIRST_TOP, FIRST_END
    while True:
        rest = heights[done:]
        if not rest or top + sum(rest) + tail <= end:
            return [*pages, len(rest)]
        count = _fitting(rest, limit - top)
        count = max(1, min(count, len(rest) - _COMPANY)) if len(rest) > 1 else len(rest)
        pages.append(count)
        done += count
        top, limit = LATER_TOP, LATER_END


def _fitting(heights: Sequence[float], room: float) -> int:
    used = 0.0
    for count, height in enumerate(heights):
        used += height
        if used > room:
            return count
    return len(heights)
