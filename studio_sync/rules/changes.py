"""Changes: the receipt of an effect in the sheet, and what undo reads. One row per effect, by the effect's key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sheets_schema.cells import Raw
from sheets_schema.snapshot import Snapshot, cells
from sheets_schema.tabs import BY_KEY
from studio_sync.rules.effects import DropRow, PutRow
from studio_sync.rules.ink import short_hash


def change_id(effect_key: str) -> str:
    """The id of the Changes row of one effect."""
    return f"n-{short_hash(effect_key)}"


def change_of(
    snap: Snapshot, effect: PutRow | DropRow, before: Mapping[str, Raw] | None, at: datetime
) -> dict[str, Raw]:
    """The raw cells of the Changes row for ``effect``; ``before``: the row as it was, None when it is new."""
    tab = BY_KEY[effect.tab]
    wanted = effect.cells if isinstance(effect, PutRow) else {"state": "cancelled"}
    was = before or {}
    fields = [
        name for name, value in wanted.items() if before is not None and was.get(name) != value and name != "changed"
    ]
    titles = ", ".join(tab.column(name).title for name in fields)
    return cells(
        BY_KEY["changes"],
        snap.context,
        no=effect.undo or None,
        when=at,
        who=effect.who,
        what=effect.what,
        tab=tab.title,
        column=titles,
        before=as_words({name: was.get(name) for name in fields}),
        after=as_words({name: wanted.get(name) for name in fields}),
        state="done",
        key=effect.key,
        row_id=effect.row_id,
    )


def as_words(values: Mapping[str, Raw]) -> str:
    """Raw cells by field as JSON: exact, so that undo can put them back."""
    if not values:
        return ""
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def read_words(text: str) -> dict[str, Raw]:
    """What ``as_words`` wrote: raw cells by field; nothing when it was too long for a cell."""
    try:
        loaded = json.loads(text) if text.startswith("{") else {}
    except ValueError:
        return {}
    return loaded if isinstance(loaded, dict) else {}
