"""The five rungs to live: demo, workbooks and diary, WhatsApp, pilot, live. Each waits for the one before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sheets_schema.policies import Settings
from studio_sync.config import Config
from studio_sync.desk import guide
from studio_sync.desk.guide import GOOGLE_NEEDS, WHATSAPP_NEEDS, Step
from studio_sync.desk.outside import robot
from studio_sync.desk.probe import Trouble, look_at_google, look_at_sign_in, look_at_whatsapp


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """One step of the ladder."""

    title: str
    #: done, to do, later
    state: str = "later"
    note: str = ""
    #: what to do now, when the state is "to do"
    step: Step | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ladder:
    """Where a studio stands."""

    name: str
    rungs: tuple[Rung, ...]
    can: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    #: settings that are empty and needed
    missing: tuple[str, ...] = ()

    @property
    def done(self) -> int:
        """How many rungs are done."""
        return sum(rung.state == "done" for rung in self.rungs)

    @property
    def next(self) -> Step | None:
        """The first thing to do."""
        return next((rung.step for rung in self.rungs if rung.step is not None), None)


_TITLES = (
    "Demo on this computer",
    "Your workbooks and diary",
    "WhatsApp test number",
    "Your number, ticked clients only",
    "Live",
)


def climb(config: Config) -> Ladder:
    """Look rung by rung; stops looking at the first that is not done. Never raises for what is not set up."""
    demo, google, whatsapp, pilot, live = (Rung(title=title) for title in _TITLES)
    missing = () if config.local else tuple(n for n in (*GOOGLE_NEEDS, *WHATSAPP_NEEDS) if not _value(config, n))
    demo = _demo(config, demo)
    settings: Settings | None = None
    pilots = 0
    can: tuple[str, ...] = ()
    if demo.step is None:
        google, settings, pilots = _google(config, google, missing)
        if google.state == "done":
            can = ("read and write sheets", "the diary")
            whatsapp = _whatsapp(config, whatsapp, missing)
        if whatsapp.state == "done" and settings is not None:
            pilot = _pilot(pilot, settings, pilots)
        if pilot.state == "done" and settings is not None:
            live = _done(live) if settings.mode == "live" else _to_do(live, guide.LIVE, f"Mode is {settings.mode}")
    return Ladder(
        name=settings.studio_name if settings else "",
        rungs=(demo, google, whatsapp, pilot, live),
        can=can,
        cannot=_cannot(config),
        missing=missing,
    )


def _value(config: Config, name: str) -> str:
    return str(getattr(config, name.lower()))


def _done(rung: Rung, note: str = "") -> Rung:
    return replace(rung, state="done", note=note)


def _to_do(rung: Rung, step: Step, note: str = "") -> Rung:
    return replace(rung, state="to do", note=note, step=step)


def _demo(config: Config, rung: Rung) -> Rung:
    begun = any(_value(config, name) for name in (*GOOGLE_NEEDS, *WHATSAPP_NEEDS))
    if begun or Path("demo-out/summary.json").exists():
        return _done(rung)
    return _to_do(rung, guide.DEMO)


def _google(config: Config, rung: Rung, missing: tuple[str, ...]) -> tuple[Rung, Settings | None, int]:
    empty = [name for name in missing if name in GOOGLE_NEEDS]
    try:
        if config.google_credentials:
            look_at_sign_in(config)
        if empty:
            return _empty(config, rung, empty), None, 0
        found = look_at_google(config)
    except Trouble as trouble:
        return _to_do(rung, trouble.step, trouble.note), None, 0
    return _done(rung, "both open, both writable"), found.settings, found.pilots


def _whatsapp(config: Config, rung: Rung, missing: tuple[str, ...]) -> Rung:
    empty = [name for name in missing if name in WHATSAPP_NEEDS]
    if empty:
        return _empty(config, rung, empty)
    try:
        note = look_at_whatsapp(config)
    except Trouble as trouble:
        return _to_do(rung, trouble.step, trouble.note)
    return _done(rung, note)


def _empty(config: Config, rung: Rung, names: list[str]) -> Rung:
    """The first empty setting is the next thing to do; the others are named."""
    step = guide.MISSING[names[0]]
    mail = robot(config) if config.google_credentials else "the sign-in's address"
    others = f"  Empty too: {', '.join(names[1:])}" if names[1:] else ""
    text = step.text.replace("{mail}", mail) + others
    return _to_do(rung, replace(step, text=text), f"{names[0]} is empty")


def _pilot(rung: Rung, settings: Settings, pilots: int) -> Rung:
    if not settings.owner_number:
        return _to_do(rung, guide.OWNER_NUMBER, "Owner's number is empty")
    if settings.mode == "live":
        return _done(rung)
    if settings.mode != "pilot":
        return _to_do(rung, guide.PILOT, f"Mode is {settings.mode}")
    if not pilots:
        return _to_do(rung, guide.TICKS, "nobody is ticked")
    return _done(rung, f"{pilots} ticked")


def _cannot(config: Config) -> tuple[str, ...]:
    found = []
    if not config.local and "gserviceaccount" in robot(config):
        found.append("make files of its own")
    if not config.smtp_host:
        found.append("mail")
    return tuple(found)
