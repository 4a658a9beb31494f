"""``templates``: the messages that WhatsApp must approve: what it says of them, sending them in, comparing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sheets_schema.policies import Settings, context_of, read_settings
from sheets_schema.presets import template_seed
from sheets_schema.snapshot import parse_table
from sheets_schema.tabs.wording import TEMPLATES, TemplateRow
from sheets_schema.texts import lint
from sheets_schema.texts.reading import languages
from sheets_schema.texts.templates import submission
from sheets_schema.workbook import locate
from studio_sync.adapters.pdf.sample import sample_paper
from studio_sync.config import Config
from studio_sync.desk.notes import leave
from studio_sync.desk.outside import google, whatsapp
from studio_sync.desk.show import cut, say, table, wrapped
from studio_sync.errors import RateLimited, Refused, UserError
from studio_sync.opening import settings_rows, tab_rows
from studio_sync.ports import Messenger
from studio_sync.rules.approval import LISTED, STATUS, SUBMITTED, Listed, listed
from studio_sync.rules.submitting import IN_ALL, PER_HOUR, Step, plan
from studio_sync.studio import clock_of

COLUMNS = (("message", "Message", 26), ("name", "At WhatsApp", 27), ("what", "What", 0))
#: what a step is called
WORDS = {"new": "not sent in", "changed": "new words, not sent in", "waits": "in review", "yours": "yours, as it is"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """Templates as they stand in the workbook and at WhatsApp."""

    messenger: Messenger
    settings: Settings
    steps: tuple[Step, ...]
    #: as WhatsApp lists them, raw
    items: list[dict[str, Any]]
    now: datetime


def sync(config: Config, *, dry_run: bool = False) -> int:
    """Read WhatsApp's list and have it written into Templates; 1 when a template cannot leave as it is."""
    seen = look(config)
    _show_list(listed(seen.items))
    bad = [step for step in seen.steps if step.what in {"new", "waits", "refused", "fault"}]
    if dry_run:
        say("Nothing was written.")
    else:
        keep_list(config, seen)
        say("It is written into Templates while the studio runs.")
    if bad:
        say("What to do about the others: studio-sync templates check")
    return 1 if bad else 0


def check(config: Config) -> int:
    """Compare Templates with WhatsApp, change nothing; 1 when something is to do."""
    seen = look(config)
    open_steps = [step for step in seen.steps if step.what not in {"same", "yours"}]
    say(f"{len(seen.steps)} messages in Templates, {len(seen.items)} at WhatsApp.")
    if not open_steps:
        say("They agree. Nothing to do.")
        return 0
    for line in table([_as_row(step) for step in open_steps], COLUMNS):
        say(line)
    say()
    if any(step.what in {"new", "changed"} for step in open_steps):
        say("To send in what is new or changed: studio-sync templates submit")
    if any(step.what in {"fault", "refused"} for step in open_steps):
        say("Mend Body in Templates first where words are wrong or were refused.")
    if any(step.what == "waits" for step in open_steps):
        say("What is in review needs nothing from you. It mostly takes minutes, at most a day.")
    return 1


def submit(config: Config, *, dry_run: bool = False) -> int:
    """Send in what is new or changed, with samples; 1 when something is left to do."""
    seen = look(config)
    wanted = [step for step in seen.steps if step.spec]
    faults = [step for step in seen.steps if step.what in {"fault", "refused"}]
    for step in faults:
        for line in wrapped("", f"Templates, {step.row.message} ({step.row.language}): {step.because}", 2):
            say(line)
    if not wanted:
        say("Nothing new to send in." if faults else "Nothing to send in: WhatsApp has them all.")
        return 1 if faults else 0
    room = max(0, IN_ALL - len(seen.items))
    now = wanted[: min(PER_HOUR, room)]
    if dry_run:
        for step in now:
            say(f"  {_spec_name(step)}  {WORDS[step.what]}")
        say(f"{len(now)} would be sent in. To do it: studio-sync templates submit")
        taken, refused = len(now), 0
    else:
        taken, refused = send_in(config, seen, now, say, aloud=True)
        say(f"{taken} of {len(wanted)} sent in. WhatsApp mostly answers in minutes, at most in a day.")
    left = len(wanted) - taken - refused
    if left and room < len(wanted):
        say(f"{left} are left: WhatsApp keeps {IN_ALL} in all. Delete some there, then run this again.")
    elif left:
        say(f"{left} are left: WhatsApp takes {PER_HOUR} an hour. Run this again in an hour.")
    elif not dry_run:
        say("To see how they stand: studio-sync templates check")
    return 1 if faults or left or refused else 0


def check_words() -> int:
    """The checks of the shipped texts, in every language, without any account; 1 when something is wrong."""
    found = [f"{code}: {line}" for code in languages().values() for line in lint.lint(code)]
    for each in found:
        for line in wrapped("", each, 2):
            say(line)
    say(f"{len(found)} to mend." if found else "All texts can be sent in as they are.")
    return 1 if found else 0


# -- what stands where


def look(config: Config, *, seed: Settings | None = None) -> Seen:
    """Both sides; with ``seed`` a workbook that has no tab yet counts as if it had the shipped rows.

    Raises ``UserError`` naming what is not set, ``OutsideError`` when one of them does not answer.
    """
    if not config.local:
        config.require("GOOGLE_CREDENTIALS", "STUDIO_SHEET_ID", "WHATSAPP_TOKEN", "WHATSAPP_ACCOUNT_ID")
    now = clock_of(config).now()
    rows, settings = template_rows(config, now, seed)
    messenger = whatsapp(config)
    items = messenger.templates()
    base = f"{(config.public_url or 'https://nowhere.example').rstrip('/')}/i/"
    steps = plan(rows, listed(items), owner=settings.owner_name, link_base=base, usual=settings.language)
    return Seen(messenger=messenger, settings=settings, steps=steps, items=items, now=now)


def template_rows(
    config: Config, now: datetime, seed: Settings | None = None
) -> tuple[tuple[TemplateRow, ...], Settings]:
    """The rows of Templates as they stand in the workbook, and the settings.

    Without such a tab those of a new workbook with the settings ``seed``; ``UserError`` when there are none.
    """
    port = google(config).books["studio"]
    there, tags = locate("studio", port.shape()), port.tags()
    if TEMPLATES.key not in there and seed is None:
        raise UserError("The workbook has no tab Templates yet.", "Make it: studio-sync init")
    settings = seed or read_settings(settings_rows("studio", port, there, tags)[1], now.date())[0]
    raws = tab_rows(TEMPLATES.key, port, there, tags)
    if TEMPLATES.key not in there:
        raws = template_seed(settings)
    found, _ = parse_table(TEMPLATES, raws, context_of(settings, now.date()))
    return found.rows, settings


def keep_list(config: Config, seen: Seen) -> None:
    """Leave WhatsApp's list for the studio, which writes the tab."""
    leave(config, LISTED, {"listed": seen.items}, seen.now)


# -- sending in


def send_in(
    config: Config, seen: Seen, steps: Sequence[Step], tell: Callable[[str], None], *, aloud: bool = False
) -> tuple[int, int]:
    """Submit one after the other: how many were taken and how many refused. A limit of WhatsApp's ends it.

    ``tell`` hears what was refused, and with ``aloud`` of every one.
    """
    told: list[dict[str, str]] = []
    refused = 0
    try:
        for number, step in enumerate(steps, 1):
            start = f"{number:>3} of {len(steps)}  {_spec_name(step)}"
            try:
                status = _submit(seen, step)
            except Refused as error:
                refused += 1
                tell(f"{start}  not taken")
                for line in wrapped("", error.message, 11):
                    tell(f"           {line.strip()}")
                continue
            if aloud:
                tell(f"{start}  {STATUS.get(status, status.lower())}")
            name = step.spec.name if step.spec else ""
            told.append({"id": step.row.id, "name": name, "body": step.words, "status": status})
    except RateLimited:
        pass  # whoever asked says that some are left
    finally:
        if told:
            leave(config, SUBMITTED, {"rows": told}, seen.now)
    return len(told), refused


def _submit(seen: Seen, step: Step) -> str:
    assert step.spec is not None  # noqa: S101  (only such steps are chosen)
    handle = "sample"
    if step.spec.document_header:
        handle = seen.messenger.sample(sample_paper(seen.settings.studio_name), "application/pdf", "invoice.pdf")
    return seen.messenger.submit(submission(step.spec, header_handle=handle))


# -- what is shown


def _show_list(items: Sequence[Listed]) -> None:
    counts = Counter(item.status or "unknown" for item in items)
    said = ", ".join(f"{count} {status}" for status, count in counts.most_common())
    say(f"WhatsApp lists {len(items)} templates{': ' + said if said else ''}.")
    rows = [
        {"message": item.name, "name": item.language, "what": f"{item.status}. {item.reason}".rstrip(" .")}
        for item in items
        if item.status not in {"approved", ""} or item.quality == "low"
    ]
    columns = (("message", "At WhatsApp", 34), ("name", "Language", 8), ("what", "What", 0))
    for line in table(rows, columns) if rows else ():
        say(line)


def _as_row(step: Step) -> dict[str, object]:
    what = WORDS.get(step.what, step.because)
    if step.what == "refused":
        what = f"WhatsApp said no: {step.because}"
    return {"message": step.row.message, "name": step.row.name, "what": what}


def _spec_name(step: Step) -> str:
    return cut(step.spec.name if step.spec else step.row.name, 34).ljust(34)
