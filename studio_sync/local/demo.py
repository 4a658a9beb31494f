"""``make demo``: a day of the invented studio, on the page at a pace one can follow; ``--once``: as fast as it goes."""

from __future__ import annotations

import json
import signal
import time
import webbrowser
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from studio_sync.local.children import child_waits
from studio_sync.local.control import NoAnswer
from studio_sync.local.day.album import Album, look
from studio_sync.local.day.player import WIDTH, Missed, Player, StepFailed
from studio_sync.local.day.script import DAY
from studio_sync.local.day.stage import THANDI
from studio_sync.local.day.step import Step
from studio_sync.local.day.world import NotSeen, World
from studio_sync.local.demo_files import write_files
from studio_sync.local.demo_summary import entry, rowless, summary
from studio_sync.local.sample import OWN, ZONE
from studio_sync.local.studio import LocalStudio
from studio_sync.local.transcript import text

Doc = dict[str, Any]
DATA, OUT = Path("demo-data"), Path("demo-out")
PLAYED_DAY = date(2026, 11, 3)
START = datetime(2026, 11, 3, 5, 55, tzinfo=ZONE)
NAME = str(OWN["studio_name"])
#: real seconds of the whole day on the page
DAY_SECONDS = 60.0
#: seconds of the clock per real second with ``--once``: what waits for stillness waits a sixth as long
FAST = 6.0


def play(*, once: bool, keep: bool, port: int, data: Path = DATA, out: Path = OUT) -> int:
    """Play the day; the exit code. A new folder below ``data`` each time, the last one with ``keep``."""
    stop = Stop()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    folder = _folder(data, keep=keep)
    demo = Demo(folder, out, stop)
    try:
        demo.open(port)
        return demo.once() if once else demo.show()
    finally:
        demo.close()


class Stop:
    """Ctrl-C was pressed."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, *_: object) -> None:
        self.asked = True


def _folder(data: Path, *, keep: bool) -> Path:
    """``demo-data/7``: the last one, or the one after it."""
    there = sorted(int(path.name) for path in data.glob("*") if path.name.isdigit())
    last = there[-1] if there else 0
    return data / str(last if keep and last else last + 1)


class Demo:
    """One folder's day, from opening to the last file."""

    def __init__(self, folder: Path, out: Path, stop: Stop | None = None, studio: LocalStudio | None = None) -> None:
        self._folder = folder
        self._out = out
        self._stop = stop or Stop()
        self._began = time.monotonic()
        self.studio = studio or LocalStudio(folder, say=click.echo)
        self._world: World | None = None
        known = folder / "day.json"
        kept: Doc = json.loads(known.read_text(encoding="utf-8")) if known.exists() else {}
        #: entries of the steps that are done
        self._done: list[Doc] = list(kept.get("steps", ()))
        self._clock = datetime.fromisoformat(kept["clock"]) if kept else START

    @property
    def world(self) -> World:
        """The open world."""
        if self._world is None:
            raise RuntimeError("the studio is not open")
        return self._world

    def open(self, port: int) -> None:
        """Start the children; say where they are."""
        self.studio.open(start_at=self._clock, port=port)
        where = str(self.studio.addresses["console"]).removeprefix("http://").rstrip("/")
        day = f"{PLAYED_DAY:%a} {PLAYED_DAY.day} {PLAYED_DAY:%b} {PLAYED_DAY.year}"
        click.echo(f"{'  Local Google and WhatsApp '.ljust(WIDTH + 1, '.')} ok   {where}")
        click.echo(f"{f'  {NAME}, {day} '.ljust(WIDTH + 1, '.')} ok")

    def close(self) -> None:
        """Remember how far it came, end the children."""
        if self._world is not None:
            self._keep()
            self._world.close()
        self.studio.close()

    def day(self, *, rate: float, seconds: float = 0.0, missed: Missed | None = None) -> None:
        """Play what is left of the day. ``rate``: of the clock; ``seconds``: how long the whole day takes on the page.

        Raises ``StepFailed`` unless ``missed`` hears of a step that was not seen.
        """
        self._world = World(self.studio, rate=rate)
        player = Player(
            self.world,
            PLAYED_DAY,
            say=click.echo,
            pace=seconds / len(DAY),
            stopped=lambda: self._stop.asked,
            missed=missed,
        )
        for played in player.play(DAY, done=len(self._done)):
            self._done.append(entry(played))

    def once(self) -> int:
        """The day without the page, then everything it left."""
        failed = ""
        try:
            self.day(rate=FAST)
        except StepFailed as error:
            failed = str(error)
        if self._stop.asked and not failed:
            failed = "stopped by hand"
        album = self.settle()
        failed = failed or _wrong(self._done, album)
        told = summary(self._done, album, failed=failed, seconds=time.monotonic() - self._began)
        files = write_files(self.world, album, NAME, told, self._out)
        click.echo(f"\n{text(album)}\n")
        click.echo(f"{_counted(album)} {told['seconds']:.0f} seconds.")
        click.echo(f"In {self._out}/: transcript.html, and {len(files) - 1} more files.")
        if failed:
            click.echo(f"Not as it should be: {failed}")
        return 1 if failed else 0

    def show(self) -> int:
        """The day on the page, then whatever the person at it likes, until Ctrl-C."""
        page = str(self.studio.addresses["console"])
        click.echo(f"Open this page:  {page}")
        if len(self._done) < len(DAY):
            click.echo("The day plays by itself and takes a minute. Stop with Ctrl-C; it keeps its data.")
        _open_browser(page)
        self.day(rate=1.0, seconds=DAY_SECONDS, missed=self._missed)
        if not self._stop.asked:
            click.echo(_counted(look(self.world, PLAYED_DAY)))
            click.echo("Now you. In Thandi's phone, type:  cancel next")
            self.hand_over()
        while not self._stop.asked:
            self.studio.tend()
            child_waits(0.2)
        return 0

    def hand_over(self) -> None:
        """The page says that the day is over and what to try."""
        event = next((e["id"] for e in self.world.events(PLAYED_DAY) if "Thandi" in e.get("summary", "")), "")
        phone = next((who["id"] for who in self.world.phones() if who["number"] == THANDI), "")
        chips = [
            {"label": "cancel next", "text": "cancel next", "phone": phone},
            {"label": "Drag Thandi's session", "event": event},
            {"label": "Tick Send in Invoices", "sheet": {"tab": "Invoices"}},
        ]
        told = {"state": "done", "caption": "The day is over. It is yours now.", "ring": {}, "chips": chips}
        self.studio.control("play", told, method="PUT")

    def _missed(self, step: Step, reason: str) -> None:
        """A person at the page did something else meanwhile: said, and the day goes on."""
        self._done.append({"name": step.name, "at": step.at, "caption": step.caption, "result": reason, "failed": True})

    def settle(self, quiet: Callable[[], bool] = lambda: True, seconds: float = 6.0) -> Album:
        """Everything read back, once every message has its row and it is ``quiet``, or after ``seconds``."""

        def whole() -> Album | None:
            album = look(self.world, PLAYED_DAY)
            return album if quiet() and not rowless(self._done, album) else None

        try:
            return self.world.until(whole, "", seconds=seconds)
        except NotSeen:
            return look(self.world, PLAYED_DAY)

    def _keep(self) -> None:
        try:
            now = self.world.now().isoformat()
        except NoAnswer:
            return
        kept = {"clock": now, "steps": self._done}
        (self._folder / "day.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False), encoding="utf-8")


def _wrong(done: list[Doc], album: Album) -> str:
    """What must not be, in words: something lost, sent twice, or without its row."""
    if not album.counters:
        return "the program does not answer"
    found = [f"{album.counters[name]:.0f} {name}" for name in ("lost", "twice") if album.counters[name]]
    found += [f"sent twice: {tag}" for tag in album.twice]
    found += [f"without a row in Messages: {wamid}" for wamid in rowless(done, album)]
    return ", ".join(found)


def _counted(album: Album) -> str:
    """The program's own counters: ``Done: 41 in, 58 done, 0 lost, 0 twice.`` ."""
    names = ("in", "done", "lost", "twice")
    return f"Done: {', '.join(f'{album.counters.get(name, 0):.0f} {name}' for name in names)}."


def _open_browser(page: str) -> None:
    """Only in a window of its own: a browser inside the terminal would cover what stands there."""
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return
    if type(found) is not webbrowser.GenericBrowser:
        found.open(page)
