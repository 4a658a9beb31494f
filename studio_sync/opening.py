"""``init``: create or mend the two workbooks, submit the templates. A second run sends nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.columns import Role
from sheets_schema.head import SHEET_ID, creation_requests
from sheets_schema.headers import map_headers
from sheets_schema.policies import Settings, context_of, read_settings
from sheets_schema.presets import Preset, seed_rows
from sheets_schema.presets.pilates import PILATES
from sheets_schema.reading import quoted
from sheets_schema.snapshot import RawTable, cells, parse_table
from sheets_schema.tabs import BY_KEY
from sheets_schema.texts.templates import all_templates, submission
from sheets_schema.workbook import locate, names, plan
from sheets_schema.workbook.tags import TagPlaces, tags_of
from studio_sync.errors import Refused
from studio_sync.ports import Messenger, Workbook, WorkbookShape
from studio_sync.rules.approval import known_rows, listed

Say = Callable[[str], None]
#: tabs whose rows a newer version ships more of: what is missing joins the others, as in Settings
SHIPPED = ("templates", "texts")


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What ``init`` did to one workbook."""

    role: Role
    requests: int


def open_workbook(
    role: Role,
    port: Workbook,
    *,
    now: datetime,
    own: Mapping[str, Any] | None = None,
    extra: Mapping[str, Mapping[str, Mapping[str, Raw]]] | None = None,
    title: str = "",
    preset: Preset = PILATES,
    settings: Settings | None = None,
    templates: Iterable[Mapping[str, Any]] = (),
    dry_run: bool = False,
) -> Opened:
    """Create or mend one workbook. ``own``: settings of this studio; ``extra``: rows for tabs that are new.

    ``preset`` fills tabs that are new; what stands in the others is hers. ``templates``: those that WhatsApp
    lists. ``settings``: those that are in force, for a workbook that has no Settings tab itself.
    """
    shape = port.shape()
    there = locate(role, shape)
    sheets = list(shape.sheets)
    first_rows = port.read([f"{quoted(sheet.title)}!1:1" for sheet in sheets])
    headers = {sheet.title: (rows[0] if rows else []) for sheet, rows in zip(sheets, first_rows, strict=True)}
    tags = port.tags()
    seed: dict[str, Mapping[str, Mapping[str, Raw]]] = {**seed_rows(preset, **(own or {})), **(extra or {})}
    seed["templates"] = as_listed(seed["templates"], templates)
    # One file may be both workbooks: then the books have a Settings tab too.
    known, values = settings_rows("studio", port, locate("studio", shape), tags)
    if role == "studio":
        known |= {key: list(tab_rows(key, port, there, tags)) for key in SHIPPED if key in there}
    if values:
        settings = read_settings(values, now.date())[0]
    elif settings is None:
        settings = Settings(**{**preset.settings, **(own or {})})
    context = context_of(settings, now.astimezone(settings.zone).date())
    requests = plan(
        role,
        shape,
        headers,
        context,
        seed=seed,
        known=known,
        filled=_filled(port, there, headers, tags),
        lookups=_lookups(port, shape),
        tags=tags,
        title=title,
    )
    if not any(sheet.sheet_id == SHEET_ID for sheet in sheets):
        requests = [*requests, *creation_requests(port.id)]
    if requests and not dry_run:
        port.commit(requests)
    return Opened(role=role, requests=len(requests))


def as_listed(rows: RawTable, items: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Raw]]:
    """Rows of Templates with what WhatsApp says of each; as they are when it was not asked."""
    known = listed(items)
    found = {row_id: dict(raws) for row_id, raws in rows.items()}
    if known:
        context = context_of(Settings(), date(2000, 1, 1))  # none of these cells looks at it
        table, _ = parse_table(BY_KEY["templates"], rows, context)
        for row_id, changed in known_rows({row.id: row for row in table}, known).items():
            found[row_id] |= cells(BY_KEY["templates"], context, **changed)
    return found


def _filled(
    port: Workbook, there: Mapping[str, Any], headers: Mapping[str, Sequence[Raw]], tags: TagPlaces
) -> dict[str, int]:
    """How many rows have something in them, of the tabs that a column of ours joins."""
    found = {
        key: map_headers(BY_KEY[key], headers[s.title], tags_of(BY_KEY[key], s.sheet_id, tags))
        for key, s in there.items()
    }
    joined = [key for key, heads in found.items() if heads.missing]
    grids = port.read([quoted(there[key].title) for key in joined])
    return {key: len(grid) for key, grid in zip(joined, grids, strict=True)}


def _lookups(port: Workbook, shape: WorkbookShape) -> list[list[Raw]] | None:
    """The rows of the hidden tab of the policies' names; None when it is not there."""
    titles = [sheet.title for sheet in shape.sheets if sheet.sheet_id == names.SHEET_ID]
    return port.read([quoted(titles[0])])[0] if titles else None


def settings_rows(
    role: Role, port: Workbook, there: Mapping[str, Any], tags: TagPlaces
) -> tuple[dict[str, list[str]], dict[str, Raw]]:
    """Ids of the settings rows that are there, and their values."""
    if role != "studio" or "settings" not in there:
        return {}, {}
    found = {row_id: raws.get("value") for row_id, raws in tab_rows("settings", port, there, tags).items()}
    return {"settings": list(found)}, found


def tab_rows(key: str, port: Workbook, there: Mapping[str, Any], tags: TagPlaces) -> dict[str, dict[str, Raw]]:
    """The rows of one tab by id, one read; those without an id are left out. {} when there is no such tab."""
    if key not in there:
        return {}
    sheet, tab = there[key], BY_KEY[key]
    grid = port.read([quoted(sheet.title)])[0]
    headers = map_headers(tab, grid[0] if grid else (), tags_of(tab, sheet.sheet_id, tags))
    rows = [headers.raws(line) for line in grid[1:]]
    return {str(row["id"]): dict(row) for row in rows if row.get("id")}


def submit_templates(messenger: Messenger, *, owner: str, link_base: str, say: Say) -> int:
    """Submit every shipped template that WhatsApp does not have yet; how many were submitted."""
    known = {(item["name"], item.get("language", "")) for item in messenger.templates()}
    count = 0
    for spec in all_templates(owner=owner, link_base=link_base):
        if (spec.name, spec.language) in known:
            continue
        try:
            messenger.submit(submission(spec))
            count += 1
        except Refused as error:
            say(f"{spec.name} was not taken: {error.message}")
    return count
