"""What a commit hit in a tab whose columns she moved between the read and the write. Pure.

Each value stands under the heading that came to stand there. The row is the right one, so what is wrong in it, and what
should be there instead, is known: debts tell both. What fell into a column of hers alone has no name and stays.
Source: spec commit-chain rule 13, promises 37.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sheets_schema.cells import Raw
from sheets_schema.debts import Debt, mark, row_key
from sheets_schema.images import Update
from sheets_schema.reading import SeenRow, same
from sheets_schema.tabs import BY_KEY


class Stray:
    """One tab: the field of each column as planned, and as it was when the commit came."""

    def __init__(self, tab: str, planned: Sequence[str], found: Sequence[str]) -> None:
        self._tab = BY_KEY[tab]
        #: field -> the field that its cell was written into
        self._into = {field: into for field, into in zip(planned, found, strict=False) if field and into}

    def lands(self, field: str) -> bool:
        """Whether that column stayed where it was."""
        return self._into.get(field) == field

    def hit(self, update: Update) -> Update:
        """What was written into the row, by the fields in which it came to stand."""
        return replace(update, put=self._shown(update.put))

    def in_row(self, update: Update, image: SeenRow, row: SeenRow, typed: Mapping[str, Raw]) -> Iterator[Debt]:
        """Of the row that was meant. ``image``: as it stood there, ``row``: with its true values, ``typed``: by her."""
        shown = {**image.raws, "id": image.id or None, **self._shown(update.put)}
        # An id that went astray is written again by its effect.
        put = {field: raw for field, raw in update.put.items() if field != "id" or self.lands("id")}
        meant = {**row.raws, "id": row.id or None, **put, **typed}
        yield from self._between(shown, meant, {*put, *self._shown(update.put)})

    def in_new(self, row_id: str, cells: Mapping[str, Raw]) -> Iterator[Debt]:
        """Of a row that was appended."""
        meant = {**dict.fromkeys(self._into), **cells, "id": row_id}
        shown = self._shown(meant)
        yield from self._between(shown, meant, {*shown, *meant})

    def _shown(self, put: Mapping[str, Raw]) -> dict[str, Raw]:
        return {self._into[field]: raw for field, raw in put.items() if field in self._into}

    def _between(self, shown: Mapping[str, Raw], meant: Mapping[str, Raw], fields: set[str]) -> Iterator[Debt]:
        wrong = [field for field in sorted(fields) if not same(shown.get(field), meant.get(field))]
        ident = str(meant.get("id") or "")
        raws = {field: raw for field, raw in meant.items() if field != "id"}
        by_content = SeenRow(position=0, id="" if "id" in wrong else ident, raws=raws)
        key = row_key(self._tab, by_content)
        for field in wrong:
            yield Debt(tab=self._tab.key, row=key, field=field, wrong=mark(shown.get(field)), true=meant.get(field))
