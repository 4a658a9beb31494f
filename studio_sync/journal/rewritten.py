"""A row that was written, and is decided otherwise when its fact is decided again."""

from __future__ import annotations

import hashlib
import json

from studio_sync.rules.effects import Effect, PutRow


def rewritten(effect: Effect, written: Effect) -> PutRow | None:
    """The row once more under a key that says what is asked for now; None when the one that was written will do.

    Moments differ each time something is decided and say nothing; projections are written again by themselves.
    """
    if not isinstance(effect, PutRow) or not isinstance(written, PutRow) or effect.projection:
        return None
    if _said(written) == _said(effect):
        return None
    digest = hashlib.sha256(_said(effect).encode()).hexdigest()[:8]
    return effect.model_copy(update={"key": f"{effect.key}~{digest}"})


def _said(put: PutRow) -> str:
    # They bring the phone book of the world, and the web role, which decides nothing, loads the journal too.
    from sheets_schema.tabs import BY_KEY

    columns = BY_KEY[put.tab].by_field if put.tab in BY_KEY else {}
    said = {name: raw for name, raw in put.cells.items() if name not in columns or columns[name].kind.name != "moment"}
    return json.dumps(said, sort_keys=True)
