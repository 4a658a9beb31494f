"""Numbers of documents: provisional while a commit is planned, final once it is confirmed."""

from __future__ import annotations

from collections.abc import Mapping

from sheets_schema.reading import Reading

#: a counter that is none: the how manieth workbook of its line this is, where it was copied; 2 makes INV-2026B-00001
BRANCH = "@"


class Numbers:
    """Gives the next number of a series: one more than the head, the tab and the journal have ever seen.

    The head alone would do, were its cell never spoilt; the tab alone would give a deleted last number again.
    ``given``: effect -> number of earlier attempts on the same slot; one of them may still be applied.
    """

    def __init__(self, reading: Reading, journal: Mapping[str, int], given: Mapping[str, str] | None = None) -> None:
        self._given = given or {}
        self.counters = dict(reading.head.counters) if reading.head else {}
        for series, last in journal.items():
            self._raise(series, last)
        for tab in reading.tabs.values():
            if "number" in tab.tab.by_field and tab.tab.column("number").editor == "ours":
                for raw in tab.column("number"):
                    series, _, digits = str(raw or "").rpartition("-")
                    if series and digits.isdecimal() and digits.isascii() and len(digits) <= 9:
                        self._raise(series, int(digits))

    def _raise(self, series: str, last: int) -> None:
        self.counters[series] = max(self.counters.get(series, 0), last)

    def take(self, series: str, key: str = "") -> str:
        """The next number, e.g. ``INV-2026-00014``; of an effect that was given one on this slot, the same again."""
        number = self._given.get(key, "")
        if number:
            self._raise(series, int(number.rpartition("-")[2]))
            return number
        branch = self.counters.get(BRANCH, 1)
        name = f"{series}{chr(64 + branch)}" if 1 < branch <= 26 else series
        self.counters[name] = self.counters.get(name, 0) + 1
        return f"{name}-{self.counters[name]:05d}"
