"""A bad cell is data, never an exception: where it stands, what is so, what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field


class CellProblem(ValueError):
    """Raised by a codec on one cell: ``text`` is a key of the problem texts, ``values`` fill it."""

    def __init__(self, text: str, **values: str) -> None:
        super().__init__(text)
        self.text = text
        self.values = values


@dataclass(frozen=True, kw_only=True, slots=True)
class RowIssue:
    """One problem of one cell or row; words come from the texts (``problem.*``)."""

    tab: str
    row_id: str
    #: field name, or "" for the whole row
    column: str
    text: str
    values: dict[str, str] = field(default_factory=dict)
