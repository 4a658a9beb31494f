"""Cells that are not hers: a grey one she typed over is put back, and so is anything in an invoice that is out.

She hears of it where it matters: in the row's Problem cell and in Today, until she has seen it.
"""

from __future__ import annotations

from collections.abc import Mapping

from sheets_schema.cells import CellProblem, Raw, is_blank
from sheets_schema.snapshot import Snapshot, parse_table, shown
from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.messages import Question
from sheets_schema.tabs.people import Client
from sheets_schema.texts.catalogue import part
from studio_sync.rules.effects import PutRow
from studio_sync.rules.facts import RowChanged
from studio_sync.rules.ink import Ink
from studio_sync.rules.questions import ask, data_of, text_of

#: the rule of a question that only says something about one row: it goes when she has seen it
SEEN = "seen"
#: and of one that she answers with yes: two clients share a phone
SHARED = "shared"
ABOUT_ROWS = (SEEN, SHARED)
#: what follows from other rows: nobody misses a word about it
QUIET = ("problem", "next", "left", "owes", "told", "sent", "reminded", "changed")
#: what she may still type in an invoice that is out
FREE = ("note",)


def tell_row(ink: Ink, tab: str, row_id: str, text: str) -> None:
    """Say ``text`` in the Problem cell of a row and in Today, until she has seen it; in place of an older word."""
    data = {"tab": tab, "row": row_id}
    if any(isinstance(e, PutRow) and e.cells.get("data") == text_of(data) for e in ink.effects):
        return  # said already in this decision
    for question in told_rows(ink.snap).get((tab, row_id), ()):
        ink.put("questions", question.id, state="answered", label="newer")
    answers = {"done": part("decide.not_done_ok")}
    ask(ink, who="owner", about=text, answers=answers, rule=SEEN, data=data, hours=24 * 7)


def told_rows(snap: Snapshot) -> dict[tuple[str, str], list[Question]]:
    """(tab, row id) -> what is said about that row and not seen yet."""
    found: dict[tuple[str, str], list[Question]] = {}
    for question in snap.questions:
        if question.key in ABOUT_ROWS and question.state == "open":
            data = data_of(question)
            found.setdefault((str(data.get("tab")), str(data.get("row"))), []).append(question)
    return found


def shared_phone(ink: Ink, client: Client) -> None:
    """Two clients have one number: she says whether they share it, once for these two."""
    open_now = [q for q in told_rows(ink.snap).get(("clients", client.id), ()) if q.key == SHARED]
    others = [
        other
        for other in ink.snap.clients_by_phone(client.phone)
        if other.id != client.id and "left" not in {other.status, client.status}
    ]
    pairs = {other.id: sorted((client.id, other.id)) for other in others}
    asked = [data_of(q).get("pair") for q in ink.snap.questions if q.key == SHARED and q.state != "expired"]
    for question in open_now:
        if data_of(question).get("pair") not in pairs.values():
            ink.put("questions", question.id, state="expired", label="over")
    other = next((other for other in others if pairs[other.id] not in asked), None)
    if other is not None:
        about = part("problem.phone_shared", name=other.name)
        data = {"tab": "clients", "row": client.id, "pair": pairs[other.id]}
        answers = {"yes": part("decide.shared_yes")}
        ask(ink, who="owner", about=about, answers=answers, rule=SHARED, data=data, hours=24 * 90)


def copied(snap: Snapshot, tab: str, row_id: str) -> bool:
    """Whether a row is a copy she was told about: nothing is sent for it by itself."""
    return any(q.about == part("problem.copied") for q in told_rows(snap).get((tab, row_id), ()))


def put_back(ink: Ink, tab: str, row_id: str, cells: Mapping[str, Raw], *, new: bool = False) -> None:
    """Cells of ours as they should be. ``new``: the row is new to us, and what came along is nobody's."""
    row = getattr(ink.snap, tab).get(row_id) if cells else None
    if row is not None and not new:
        # A newer write of ours may be on its way to the same cell: that one mends it.
        wanted = parse_table(BY_KEY[tab], {row_id: cells}, ink.snap.context)[0].get(row_id)
        cells = {name: raw for name, raw in cells.items() if getattr(row, name) == getattr(wanted, name)}
    if not cells:
        return
    loud = [name for name in cells if name not in QUIET]
    name = getattr(row, "name", "") or getattr(row, "client", "") or BY_KEY[tab].title
    titles = ", ".join(BY_KEY[tab].column(field).title for field in loud)
    log = part("log.guarded", name=name, column=titles) if loud and not new else ""
    ink.put(tab, row_id, raw=cells, projection=True, log=log, by=part("by.studio"), label="guard")
    if tab != "invoices" or not loud:
        return
    invoice = ink.snap.invoices.get(row_id)
    if invoice is not None and invoice.number:
        _issued(ink, row_id, invoice.number, cells)
    elif "number" in cells and is_blank(cells["number"]) and not copied(ink.snap, tab, row_id):
        tell_row(ink, tab, row_id, part("problem.number"))


def frozen(ink: Ink, fact: RowChanged) -> bool:
    """Put back what she typed into an invoice that is out; whether there was anything."""
    invoice = ink.snap.invoices.get(fact.row_id)
    tab = BY_KEY["invoices"]
    cells = {
        field: fact.before.get(field)
        for field in fact.after
        if tab.column(field).editor == "hers" and field not in FREE and fact.changed(field)
    }
    if invoice is None or not invoice.number or not fact.before or not cells:
        return False
    ink.put(
        "invoices",
        invoice.id,
        raw=cells,
        log=part("log.frozen", doc=invoice.number),
        by=part("by.studio"),
        label="frozen",
    )
    _issued(ink, invoice.id, invoice.number, cells)
    return True


def _issued(ink: Ink, row_id: str, doc: str, cells: Mapping[str, Raw]) -> None:
    field, raw = next(iter(cells.items()))
    column = BY_KEY["invoices"].column(field)
    try:
        value = "" if is_blank(raw) else shown(column, column.kind.read(raw, ink.snap.context), ink.snap.context)
    except CellProblem:
        value = str(raw)
    tell_row(ink, "invoices", row_id, part("problem.issued", doc=doc, value=value or part("blank.cell")))
