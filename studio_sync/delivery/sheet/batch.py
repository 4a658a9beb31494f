"""A planned commit: the requests, and what is true once it is confirmed. Immutable, journaled before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.debts import Debt, read_debts
from sheets_schema.head import Head
from sheets_schema.images import Label, label_line, read_line

#: result of the effect that announces a message of class once: the state of its row, which another program wrote
THERE = "there"
Cells = Mapping[str, Mapping[str, Mapping[str, Raw]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """An effect that this commit settles, and its result."""

    key: str
    result: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """One commit on slot ``head.n``."""

    batch_id: str
    head: Head
    requests: tuple[Mapping[str, Any], ...]
    settled: tuple[Settled, ...]
    #: token of the commit it follows, which it deletes; 0 when there was none
    predecessor: int = 0
    #: tab -> row id -> cells to remember on top of what we knew
    rows: Cells = field(default_factory=dict)
    #: rows of a tab that is drawn whole
    drawn: Cells = field(default_factory=dict)
    #: what it updates, to be judged by the before-images
    label: Label
    #: it takes over a workbook that was put back
    recovery: bool = False
    #: the debts that the sheet lists once it is applied
    listed: tuple[Debt, ...] = ()

    @property
    def appended(self) -> Cells:
        """The rows that it adds, as remembered from it."""
        there = {(each.tab, str(each.put.get("id") or each.row_id)) for each in self.label.updates}
        added = {
            tab: {row: raws for row, raws in rows.items() if (tab, row) not in there} for tab, rows in self.rows.items()
        }
        return {tab: rows for tab, rows in added.items() if rows}

    @property
    def slot(self) -> int:
        """The number of this commit."""
        return self.head.n

    def to_body(self) -> dict[str, Any]:
        """As JSON for the journal."""
        return {
            "batch": self.batch_id,
            "head": {
                "spreadsheet": self.head.spreadsheet,
                "n": self.head.n,
                "before": self.head.before,
                "counters": dict(self.head.counters),
                "token": self.head.token,
                "written_at": self.head.written_at,
            },
            "predecessor": self.predecessor,
            "requests": list(self.requests),
            "settled": [[s.key, dict(s.result)] for s in self.settled],
            "rows": _plain(self.rows),
            "drawn": _plain(self.drawn),
            "label": self.label.head(),
            "updates": [[label_line(update), list(update.keys)] for update in self.label.updates],
            "recovery": self.recovery,
            "listed": [debt.to_text() for debt in self.listed],
        }


def _plain(cells: Cells) -> dict[str, dict[str, dict[str, Raw]]]:
    return {tab: {ident: dict(raws) for ident, raws in rows.items()} for tab, rows in cells.items()}


def from_body(body: Mapping[str, Any]) -> Batch:
    """The batch kept in the journal."""
    return Batch(
        batch_id=body["batch"],
        head=Head(batch=body["batch"], **body["head"]),
        requests=tuple(body["requests"]),
        settled=tuple(Settled(key=key, result=result) for key, result in body["settled"]),
        predecessor=body["predecessor"],
        rows=body["rows"],
        drawn=body["drawn"],
        label=_label(body),
        recovery=bool(body.get("recovery")),
        listed=read_debts(body.get("listed", ())),
    )


def _label(body: Mapping[str, Any]) -> Label:
    """An attempt written down by an older version has none."""
    head = body.get("label") or {"batch": body["batch"], "orders": {}, "drawn": (), "ticked": {}}
    return Label(
        batch=head["batch"],
        updates=tuple(read_line(line, keys) for line, keys in body.get("updates", ())),
        orders={tab: tuple(order) for tab, order in head["orders"].items()},
        drawn=tuple(head["drawn"]),
        ticked={line: tuple(fields) for line, fields in head["ticked"].items()},
        looks=head.get("looks", {}),
    )
