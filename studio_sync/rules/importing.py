"""Rows from a file she had elsewhere. They are history: they are written once, and cause no message.

Who is in the sheet already is found by phone, else by name and birthday; the same file twice, or two files with the
same people, add nobody twice.
"""

from __future__ import annotations

from sheets_schema.cells import BIRTHDAY, PHONE, TEXT, CellContext, CellProblem, Kind, Raw
from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs import BY_KEY
from sheets_schema.tabs.people import Client
from sheets_schema.texts.catalogue import part
from studio_sync.rules.facts import RowsImported
from studio_sync.rules.ink import Ink, short_hash
from studio_sync.rules.names import Codes, code_for
from studio_sync.rules.recorded import record

#: phone, or name and birthday: what tells one person from another
Identity = tuple[str, ...]


def identity_of(phone: str, name: str, birthday: str) -> Identity:
    """What tells this person from others; ``phone`` is E.164 or ""."""
    return (phone,) if phone else (" ".join(name.casefold().split()), birthday)


def row_id_of(identity: Identity) -> str:
    """The id a person gets by coming from a file: the same from every file, on every day."""
    return f"{BY_KEY['clients'].prefix}{short_hash('import', *identity)}"


class Known:
    """Who is in Clients already."""

    def __init__(self, snap: Snapshot) -> None:
        self._snap = snap
        self._by_name = {identity_of("", client.name, client.birthday): client for client in reversed([*snap.clients])}

    def find(self, phone: str, name: str, birthday: str) -> Client | None:
        """The client this person is. A phone decides; someone kept without one is known by name and birthday."""
        by_id = self._snap.clients.get(row_id_of(identity_of(phone, name, birthday)))
        by_phone = self._snap.client_by_phone(phone)
        if by_id or by_phone:
            return by_id or by_phone
        same = self._by_name.get(identity_of("", name, birthday))
        return same if same is not None and not (phone and same.phone) else None


def rows_imported(ink: Ink, fact: RowsImported) -> None:
    """Write the rows of people who are not there yet, and one line in Changes."""
    known = Known(ink.snap)
    codes = Codes(client.code for client in ink.snap.clients)
    added: dict[str, Raw] = {}
    for row_id, raws in fact.rows.items():
        context = ink.snap.context
        phone = _read(PHONE, raws.get("phone"), context)
        name = _read(TEXT, raws.get("name"), context)
        if known.find(phone, name, _read(BIRTHDAY, raws.get("birthday"), context)) is not None:
            continue
        code = code_for(ink, name, phone, codes)
        usual: dict[str, Raw] = {"status": "active", "messages": "all"}
        ink.put(fact.tab, row_id, raw={**usual, **raws}, code=code, since=ink.today)
        added[row_id] = True
    if added:
        what = part("log.imported", name=fact.file, n=str(len(added)))
        record(ink, BY_KEY[fact.tab], what, by=ink.by_owner("import"), after=added, undoable=True)


def _read(kind: Kind[str], raw: Raw, context: CellContext) -> str:
    try:
        return kind.read(raw, context)
    except CellProblem:  # the studio's country was changed since the file was read: the row shows its problem itself
        return ""
