"""What another writer did in a workbook, or we ourselves before our notes were put back from a backup."""

from __future__ import annotations

from sheets_schema.reading import Reading, SeenTab, part_copies, same
from studio_sync.journal import Tx


def remember_ours(tx: Tx, reading: Reading) -> None:
    """Our columns as they stand: the watch looks at hers only, so an invoice's number would stay unknown."""
    for key, seen in reading.tabs.items():
        if not seen.tab.drawn and not seen.headers.broken:
            known = tx.rows(key)
            parted = part_copies(seen, known)
            changed = {
                row.id: {**known[row.id], **{name: row.raws.get(name) for name in _ours(seen)}}
                for row in parted.rows
                if row.id in known
                and not all(same(known[row.id].get(name), row.raws.get(name)) for name in _ours(seen))
            }
            tx.put_rows(key, changed)


def _ours(seen: SeenTab) -> list[str]:
    return [c.field for c in seen.tab.columns if c.editor == "ours" and c.field in seen.headers.columns]
