"""A name for every policy: in a formula of hers ``policy_bank`` is that setting, however Settings is sorted.

A named range stays where it is when rows are sorted, so names on the Value cells would soon mean another policy. They
are on the cells of a hidden tab of ours instead, each of which looks its policy up by its id.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sheets_schema.cells import Raw, is_blank
from sheets_schema.policies import POLICIES
from sheets_schema.workbook.look import Json

TITLE = "_policies"
#: our sheet id of it in each workbook
SHEET_ID = 870_002
#: what a lookup shows when the tab or column it looked in was deleted
LOST = "#REF!"


def name_of(policy: str) -> str:
    """The named range of a policy."""
    return f"policy_{policy}"


def named_policies(
    names: Collection[str],
    lookups: Sequence[Sequence[Raw]] | None,
    title: str,
    order: Sequence[str],
    *,
    renewed: bool = False,
) -> list[Json]:
    """Requests that give every policy its name; [] when all have one.

    ``names``: named ranges that are there; ``lookups``: rows of the hidden tab, None when it is not there; ``title``
    and ``order``: the Settings tab and its fields by position; ``renewed``: that tab is new, so older lookups see
    nothing. Without an id and a value column there is nothing to look in: then nothing is done.
    """
    if not {"id", "value"} <= set(order):
        return []
    known = {name.casefold() for name in names}
    requests: list[Json] = [] if lookups is not None else [_tab()]
    rows = {str(line[0]): at for at, line in enumerate(lookups or ()) if line and not is_blank(line[0])}
    lost = {str(line[0]) for line in lookups or () if len(line) > 1 and line[1] == LOST}
    after = len(lookups or ())
    for policy in POLICIES:
        at = rows.get(policy.name, after)
        if at == after:
            after += 1
        if policy.name not in rows or policy.name in lost or renewed:
            requests.append(_lookup(policy.name, at, title, order))
        if name_of(policy.name).casefold() not in known:
            requests.append(_name(policy.name, at))
    return requests


def _tab() -> Json:
    properties = {
        "sheetId": SHEET_ID,
        "title": TITLE,
        "hidden": True,
        "gridProperties": {"rowCount": 2 * len(POLICIES), "columnCount": 2},
    }
    return {"addSheet": {"properties": properties}}


def _lookup(policy: str, at: int, title: str, order: Sequence[str]) -> Json:
    """The policy's id, and the formula that finds its value. A blank cell stays blank: it means "off", not 0."""
    sheet = title.replace("'", "''")
    value, ident = (_letters(list(order).index(field)) for field in ("value", "id"))
    found = f"INDEX('{sheet}'!${value}:${value},MATCH(\"{policy}\",'{sheet}'!${ident}:${ident},0))"
    cells = [
        {"userEnteredValue": {"stringValue": policy}},
        {"userEnteredValue": {"formulaValue": f'=IF({found}="","",{found})'}},
    ]
    start = {"sheetId": SHEET_ID, "rowIndex": at, "columnIndex": 0}
    return {"updateCells": {"start": start, "rows": [{"values": cells}], "fields": "userEnteredValue"}}


def _letters(column: int) -> str:
    """A, B, .. Z, AA of a position from 0."""
    before, last = divmod(column, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _name(policy: str, at: int) -> Json:
    span = {"sheetId": SHEET_ID, "startRowIndex": at, "endRowIndex": at + 1}
    span |= {"startColumnIndex": 1, "endColumnIndex": 2}
    return {"addNamedRange": {"namedRange": {"name": name_of(policy), "range": span}}}
