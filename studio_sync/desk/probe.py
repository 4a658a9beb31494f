"""Looks at the outside for ``check``: whatever does not answer, is not shared or refuses us becomes a step to do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sheets_schema.head import SHEET_ID
from sheets_schema.headers import map_headers
from sheets_schema.policies import Settings, read_settings
from sheets_schema.reading import quoted
from sheets_schema.tabs import BY_KEY
from sheets_schema.workbook import locate
from sheets_schema.workbook.tags import tags_of
from studio_sync.adapters.google_http import sign_in
from studio_sync.config import Config
from studio_sync.desk import guide
from studio_sync.desk.guide import Step
from studio_sync.desk.outside import google, robot, whatsapp
from studio_sync.desk.templates import template_rows
from studio_sync.errors import OutsideError, Refused, UserError
from studio_sync.opening import settings_rows
from studio_sync.ports import Workbook, WorkbookShape
from studio_sync.studio import clock_of

#: WhatsApp's own number for a token it does not take
_BAD_TOKEN = 190
_WRITERS = ("owner", "writer")


class Trouble(Exception):
    """A rung that cannot be climbed yet: a few words, and what to do."""

    def __init__(self, note: str, step: Step) -> None:
        super().__init__(note)
        self.note = note
        self.step = step


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What stands in the workbook."""

    settings: Settings
    #: clients ticked as pilot
    pilots: int


def look_at_sign_in(config: Config) -> None:
    """Whether the Google sign-in is one at all. Raises ``Trouble``."""
    try:
        sign_in(config.google_credentials)
    except UserError as error:
        raise Trouble("this Google sign-in cannot be used", _with(error.problems[0], guide.SIGN_IN)) from error


def _with(problem: str, step: Step) -> Step:
    return replace(step, text=f"{problem} {step.text}")


def look_at_google(config: Config) -> Seen:
    """Open both workbooks and the diary, and see that we may write there. Raises ``Trouble``."""
    outside = google(config)
    seen: Seen | None = None
    for role, port in outside.books.items():
        thing = "workbook" if role == "studio" else "books workbook"
        shape = _shape(config, thing, port)
        if not any(sheet.sheet_id == SHEET_ID for sheet in shape.sheets):
            raise Trouble(f"the {thing} is empty", guide.INIT)
        _writable(config, thing, port, shape)
        if role == "studio":
            seen = _settings(config, port, shape)
    if outside.diary is None or seen is None:
        raise Trouble("CALENDAR_ID is empty", guide.MISSING["CALENDAR_ID"])
    try:
        role_there = outside.diary.role()
    except OutsideError as error:
        raise _google_trouble(config, "diary", error) from error
    if role_there not in _WRITERS:
        raise Trouble("the diary can only be read", guide.read_only("diary", robot(config)))
    return seen


def _shape(config: Config, thing: str, port: Workbook) -> WorkbookShape:
    try:
        return port.shape()
    except OutsideError as error:
        raise _google_trouble(config, thing, error) from error


def _writable(config: Config, thing: str, port: Workbook, shape: WorkbookShape) -> None:
    """Google tells rights only to those who try: the title is set to what it is."""
    same = {"updateSpreadsheetProperties": {"properties": {"title": shape.title}, "fields": "title"}}
    try:
        port.commit([same])
    except Refused as error:
        if error.code == 403:
            raise Trouble(f"the {thing} can only be read", guide.read_only(thing, robot(config))) from error
        raise _google_trouble(config, thing, error) from error
    except OutsideError as error:
        raise _google_trouble(config, thing, error) from error


def _settings(config: Config, port: Workbook, shape: WorkbookShape) -> Seen:
    there = locate("studio", shape)
    try:
        tags = port.tags()
        _, values = settings_rows("studio", port, there, tags)
        grid = port.read([quoted(there["clients"].title)])[0] if "clients" in there else []
    except OutsideError as error:
        raise _google_trouble(config, "workbook", error) from error
    tab = BY_KEY["clients"]
    placed = tags_of(tab, there["clients"].sheet_id, tags) if "clients" in there else {}
    headers = map_headers(tab, grid[0] if grid else (), placed)
    pilots = sum(headers.raws(line).get("pilot") is True for line in grid[1:])
    settings, _ = read_settings(values, clock_of(config).now().date())
    return Seen(settings=settings, pilots=pilots)


def _google_trouble(config: Config, thing: str, error: OutsideError) -> Trouble:
    if isinstance(error, Refused) and error.code in {403, 404}:
        return Trouble(f"the {thing} is not shared", guide.unshared(thing, robot(config)))
    if isinstance(error, Refused) and error.code == 401:
        return Trouble("Google refuses this sign-in", guide.SIGN_IN)
    if isinstance(error, Refused):
        return Trouble("Google does not let us in", guide.unshared(thing, robot(config)))
    return Trouble("Google does not answer", guide.LOCAL_DOWN if config.local else guide.OFFLINE)


def look_at_whatsapp(config: Config) -> str:
    """Ask WhatsApp for our number and our approved messages; a few words about them. Raises ``Trouble``."""
    messenger = whatsapp(config)
    try:
        number = messenger.number()
        there = {str(item["name"]): str(item.get("status", "")) for item in messenger.templates()}
    except Refused as error:
        if error.code == _BAD_TOKEN:
            raise Trouble("WHATSAPP_TOKEN is refused", guide.TOKEN) from error
        raise Trouble("WhatsApp does not know this number", guide.NUMBER) from error
    except OutsideError as error:
        raise Trouble("WhatsApp does not answer", guide.LOCAL_DOWN if config.local else guide.OFFLINE) from error
    rows, _ = template_rows(config, clock_of(config).now(), seed=Settings())
    names = {row.name for row in rows if row.name}
    absent = names - there.keys()
    if absent:
        raise Trouble(f"{len(absent)} messages not submitted", guide.INIT)
    waiting = sum(there[name] != "APPROVED" for name in names)
    return f"{waiting} messages wait for approval" if waiting else number
