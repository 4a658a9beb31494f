"""The command line. It only puts facts and starts things; nothing heavy is imported before it is needed.

Errors a person can mend go to stderr without a traceback and end with the next command to type. Exit codes: 0 fine,
1 something to do, 2 wrong use, 70 a fault of ours.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from studio_sync.config import Config

DATA = click.option("--data", type=click.Path(path_type=Path), default=None, help="Folder of a local studio.")
JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")
STATE = click.option("--state", default="", help='Only this state, as the list shows it ("waiting").')

HELP = """studio-sync: bookings, reminders and invoices from your Google Sheet

  run --local     try everything on this computer, no accounts needed
  check           what is set up, and the one next thing to do
  init            create or mend the two workbooks
  run             start the studio     (serve | worker: in two parts)
  problems        what waits for a decision         (--json for programs)
  inbox | outbox  what came in | what goes out      (--json)
  why ID          why a message was sent, or not
  templates       the messages that WhatsApp must approve
  flows           the form for new clients
  poster          a page for the wall, with a code that opens your chat
  rebuild         read everything back from the workbook and the diary
  takeover        make this copy the one that works
  adopt           make a copied workbook one of its own
More: studio-sync COMMAND --help
"""


def _examples(*lines: str) -> str:
    """What ``--help`` of a command ends with. The control sign keeps click from joining the lines."""
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


class Front(click.Group):
    """The first page is ours: it fits a small window and names what a person wants to do."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the page as it is."""
        formatter.write(HELP)


@click.group(cls=Front, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option("0.1.0", prog_name="studio-sync")
def cli() -> None:
    """Doors for a person at a terminal."""


@cli.group(
    epilog=_examples(
        "studio-sync templates check",
        "studio-sync templates submit --dry-run",
        "studio-sync templates submit",
    )
)
def templates() -> None:
    """The messages that WhatsApp must approve before they can open a chat.

    Their words stand in the tab Templates.
    """


@templates.command("sync", epilog=_examples("studio-sync templates sync", "studio-sync templates sync --dry-run"))
@DATA
@click.option("--dry-run", is_flag=True, help="Show the list, write nothing.")
def templates_sync(data: Path | None, dry_run: bool) -> None:
    """Read what WhatsApp says of each, into the tab."""
    from studio_sync.desk.templates import sync

    sys.exit(sync(awake(data), dry_run=dry_run))


@templates.command("submit", epilog=_examples("studio-sync templates submit --dry-run", "studio-sync templates submit"))
@DATA
@click.option("--dry-run", is_flag=True, help="Say what would be sent in, send nothing.")
def templates_submit(data: Path | None, dry_run: bool) -> None:
    """Send in what is new or changed."""
    from studio_sync.desk.templates import submit

    sys.exit(submit(awake(data), dry_run=dry_run))


@templates.command("check", epilog=_examples("studio-sync templates check"))
@DATA
def templates_check(data: Path | None) -> None:
    """Compare the tab with WhatsApp. Changes nothing; ends with 1 when something is to do."""
    from studio_sync.desk.templates import check as compare

    sys.exit(compare(awake(data)))


@templates.command("lint", epilog=_examples("studio-sync templates lint"))
def templates_lint() -> None:
    """Check the shipped texts by WhatsApp's rules. Needs no account."""
    from studio_sync.desk.templates import check_words

    sys.exit(check_words())


@cli.group(epilog=_examples("studio-sync flows publish --dry-run", "studio-sync flows publish"))
def flows() -> None:
    """The form in which new clients tell their birthday and mail.

    Without it the same is asked in the chat.
    """


@flows.command("publish", epilog=_examples("studio-sync flows publish --dry-run", "studio-sync flows publish"))
@DATA
@click.option("--dry-run", is_flag=True, help="Say what would be done, do nothing.")
def flows_publish(data: Path | None, dry_run: bool) -> None:
    """Make the form at WhatsApp. A second run changes nothing."""
    from studio_sync.desk.flows import publish

    sys.exit(publish(awake(data), dry_run=dry_run))


@cli.command(epilog=_examples("studio-sync poster --dry-run", "studio-sync poster --out wall.pdf --data local-studio"))
@click.option("--out", type=click.Path(path_type=Path), default=Path("poster.pdf"), help="The file to write.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, write nothing.")
@DATA
def poster(out: Path, dry_run: bool, data: Path | None) -> None:
    """A page for the wall: a code that opens your chat. Says your old number's away message too."""
    from studio_sync.desk.poster import hang

    sys.exit(hang(awake(data), out, dry_run=dry_run))


def main() -> None:
    """Run the command line; every ending has its exit code."""
    from studio_sync.errors import OutsideError, StudioError, UserError

    try:
        cli.main(prog_name="studio-sync", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Abort:
        sys.exit(1)
    except UserError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        sys.exit(1)
    except (OutsideError, StudioError) as error:
        click.echo(f"{_outside(error)}\nNothing was lost. Then run: studio-sync check", err=True)
        sys.exit(1)
    except Exception:  # noqa: BLE001  (the top of the program: a fault of ours is written down, not shown)
        click.echo(f"A fault of ours. Saved to {_save_fault()}. Nothing was lost; the rest goes on.", err=True)
        sys.exit(70)


def _outside(error: Exception) -> str:
    """Who did not do as asked, by the name a person knows."""
    service = {
        "sheets": "Google Sheets",
        "calendar": "Google Calendar",
        "whatsapp": "WhatsApp",
        "mail": "The mail server",
    }
    name = service.get(getattr(error, "service", ""))
    return f"{name} did not do it: {getattr(error, 'message', error)}." if name else str(error)


def _save_fault() -> Path:
    """Write the traceback beside the user, for whoever mends it; the file."""
    import traceback

    from studio_sync.clock import SystemClock

    path = Path(f"fault-{SystemClock().now():%d%m}.txt")
    with path.open("a", encoding="utf-8") as file:
        file.write(traceback.format_exc() + "\n")
    return path


def config_of(data: Path | None) -> Config:
    """The configuration: of a local studio's folder, else from the environment."""
    from studio_sync.config import load, load_local

    return load_local(data) if data else load()


def awake(data: Path | None) -> Config:
    """The same, for what cannot be done without Google or WhatsApp: a local studio has them only while it runs."""
    config = config_of(data)
    if config.local:
        from studio_sync.errors import UserError
        from studio_sync.local.control import NoAnswer, ask

        try:
            ask(f"{config.google_base}/_emulator/clock")
        except NoAnswer as error:
            raise UserError(
                f"The local studio in {data} is not running.", f"Start it: studio-sync run --local --data {data}"
            ) from error
    return config


@cli.command(epilog=_examples("studio-sync run --local", "studio-sync run"))
@click.option("--local", is_flag=True, help="With stand-ins for Google and WhatsApp, on this computer.")
@click.option("--port", default=0, help="Port of the local page.")
@DATA
def run(local: bool, port: int, data: Path | None) -> None:
    """Start the studio: web, watch, clock and lanes in one process."""
    if local:
        from studio_sync.local.parent import run_local

        run_local(data or Path("local-studio"), port=port)
        return
    from studio_sync.running import run as start

    start(config_of(data))


@cli.command(epilog=_examples("studio-sync serve", "studio-sync worker"))
@DATA
def serve(data: Path | None) -> None:
    """Only the web part (needs DATABASE_URL)."""
    from studio_sync.running import run as start

    start(config_of(data), worker=False)


@cli.command(epilog=_examples("studio-sync serve", "studio-sync worker"))
@DATA
def worker(data: Path | None) -> None:
    """Only the worker part (needs DATABASE_URL)."""
    from studio_sync.running import run as start

    start(config_of(data), web=False)


@cli.command(epilog=_examples("studio-sync demo", "studio-sync demo --once"))
@click.option("--once", is_flag=True, help="Play the day without a page, write demo-out, and end.")
@click.option("--keep", is_flag=True, help="Go on with the last day instead of a new one.")
@click.option("--port", default=0, help="Port of the page.")
def demo(once: bool, keep: bool, port: int) -> None:
    """Play one day of an invented studio on this computer."""
    from studio_sync.local.demo import play

    sys.exit(play(once=once, keep=keep, port=port))


@cli.command(epilog=_examples("studio-sync init --dry-run", "studio-sync init"))
@DATA
@click.option("--dry-run", is_flag=True, help="Say what would be written, write nothing.")
@click.option("--preset", default="pilates", help="What new tabs start with: pilates, tattoo or subscriptions.")
def init(data: Path | None, dry_run: bool, preset: str) -> None:
    """Create or mend the two workbooks. A second run writes nothing."""
    from studio_sync.desk.mend import mend

    sys.exit(mend(awake(data), dry_run=dry_run, preset=preset))


@cli.command(
    "import",
    epilog=_examples("studio-sync import clients.xlsx --dry-run", "studio-sync import clients.csv --tab Clients"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--tab", default="Clients", help="The tab the rows go into.")
@click.option("--dry-run", is_flag=True, help="Say what would be added, write nothing.")
@DATA
def import_(file: Path, tab: str, dry_run: bool, data: Path | None) -> None:
    """Add the clients of a csv or xlsx FILE, each once. Nobody gets a message."""
    from studio_sync.desk.importing import bring

    sys.exit(bring(config_of(data), file, tab=tab, dry_run=dry_run))


@cli.command(epilog=_examples("studio-sync check", "studio-sync check --data local-studio"))
@DATA
@JSON
@click.option("--live", is_flag=True, help="Try first whether Google keeps the locks of both workbooks.")
@click.option("--dry-run", is_flag=True, help="With --live: say what would be tried, write nothing.")
def check(data: Path | None, as_json: bool, live: bool, dry_run: bool) -> None:
    """What is set up, and the one next thing to do."""
    from studio_sync.desk.check import check as look

    sys.exit(look(awake(data) if live else config_of(data), as_json=as_json, live=live, dry_run=dry_run))


@cli.command(epilog=_examples("studio-sync problems", "studio-sync problems --json"))
@DATA
@JSON
def problems(data: Path | None, as_json: bool) -> None:
    """What waits for a decision. Ends with 1 when there is something."""
    from studio_sync.desk.listing import listing

    sys.exit(listing(config_of(data), "problems", as_json=as_json))


@cli.command(epilog=_examples("studio-sync inbox", 'studio-sync inbox --state "set aside" --json'))
@DATA
@JSON
@STATE
def inbox(data: Path | None, as_json: bool, state: str) -> None:
    """What came in, newest first."""
    from studio_sync.desk.listing import listing

    sys.exit(listing(config_of(data), "inbox", as_json=as_json, state=state))


@cli.command(epilog=_examples("studio-sync outbox", 'studio-sync outbox --state "held for you"'))
@DATA
@JSON
@STATE
def outbox(data: Path | None, as_json: bool, state: str) -> None:
    """What goes out, newest first."""
    from studio_sync.desk.listing import listing

    sys.exit(listing(config_of(data), "outbox", as_json=as_json, state=state))


@cli.command(
    epilog=_examples(
        "studio-sync why m-1A2B3C4D",
        "studio-sync why row:bookings:b-7K2Q9QDA",
        "studio-sync why 14                        (change 14)",
    )
)
@click.argument("ident", metavar="ID")
@DATA
@JSON
def why(ident: str, data: Path | None, as_json: bool) -> None:
    """Why a message was sent, or not. ID stands in the last column of each tab."""
    from studio_sync.desk.why import why as look

    sys.exit(look(config_of(data), ident, as_json=as_json))


@cli.command(epilog=_examples("studio-sync rebuild --dry-run", "studio-sync rebuild"))
@DATA
@click.option("--dry-run", is_flag=True, help="Say what would be read back, change nothing.")
def rebuild(data: Path | None, dry_run: bool) -> None:
    """Read everything back from the workbook and the diary. Nothing is sent by it.

    It happens by itself when the notes of this computer are new or lost.
    """
    from studio_sync.desk.again import again

    sys.exit(again(awake(data), dry_run=dry_run))


@cli.command(epilog=_examples("studio-sync takeover --dry-run", "studio-sync takeover"))
@DATA
@click.option("--dry-run", is_flag=True, help="Say who works now, change nothing.")
def takeover(data: Path | None, dry_run: bool) -> None:
    """Make this copy the one that works. The other one stands by."""
    from studio_sync.desk.taking import takeover as take

    sys.exit(take(awake(data), dry_run=dry_run))


@cli.command(epilog=_examples("studio-sync adopt --dry-run", "studio-sync adopt"))
@DATA
@click.option("--dry-run", is_flag=True, help="Say what would be done, change nothing.")
def adopt(data: Path | None, dry_run: bool) -> None:
    """Make a copied workbook one of its own: new invoice numbers, its own diary, mode watch."""
    from studio_sync.desk.taking import adopt as make_own

    sys.exit(make_own(awake(data), dry_run=dry_run))


@cli.command(epilog=_examples("studio-sync simulate --seed 17", "studio-sync simulate --seed 1 --schedules 100"))
@click.option("--seed", default=1, show_default=True, help="The history to play, or the first of them.")
@click.option("--schedules", default=1, show_default=True, type=click.IntRange(1), help="How many, from that seed on.")
def simulate(seed: int, schedules: int) -> None:
    """Play days on which everything goes wrong, and say whether every promise held. Needs the source, no account.

    The same seed is the same day. A day that breaks a promise is shown as short as it can be told; exit code 1.
    """
    from studio_sync.desk.simulate import simulate as play

    sys.exit(play(seed, schedules))
