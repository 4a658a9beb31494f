"""The command line. It only puts facts and starts things; nothing heavy is imported before it is needed.

Errors a person can mend go to stderr without a traceback and end with the next command to type. Exit codes: 0 fine, 1 something to
do, 2 wrong use, 70 a fault of ours.
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

HELP = """studio-sync: bookings, reminders and invoices from your Google Sheet

\b
  run --local     try everything on this computer, no accounts needed
  check           what is set up, and the one next thing to do
  init            create or mend the two workbooks
  run             start the studio     (serve | worker: in two parts)
  problems        what waits for a decision         (--json for programs)
  inbox | outbox  what came in | what goes out      (--json)
  why ID          why a message was sent, or not
  rebuild         read everything back from the workbook and the diary

\b
Examples:
  studio-sync run --local
  studio-sync check
  studio-sync outbox --json
"""


@click.group(help=HELP, context_settings={"help_option_names": ["-h", "--help"]}, add_help_option=True)
@click.version_option("0.1.0", prog_name="studio-sync")
def cli() -> None:
    """Doors for a person at a terminal."""


def main() -> None:
    """Run the command line; every ending has its exit code."""
    from studio_sync.errors import OutsideError, StudioError, UserError

    try:
        cli.main(standalone_mode=False)
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
        click.echo(f"{error}\nNothing was lost. Then run: studio-sync check", err=True)
        sys.exit(1)


def config_of(data: Path | None) -> Config:
    """The configuration: of a local studio's folder, else from the environment."""
    from studio_sync.config import load, load_local

    return load_local(data) if data else load()


@cli.command()
@click.option("--local", is_flag=True, help="With stand-ins for Google and WhatsApp, on this computer.")
@click.option("--port", default=0, help="Port of the local page.")
@DATA
def run(local: bool, port: int, data: Path | None) -> None:
    """Start the studio: web, watch, clock and lanes in one process.

    \b
    Examples:
      studio-sync run --local
      studio-sync run
    """
    if local:
        from studio_sync.local.parent import run_local

        run_local(data or Path("local-studio"), port=port)
        return
    from studio_sync.running import run as start

    start(config_of(data))


@cli.command()
@DATA
def serve(data: Path | None) -> None:
    """Only the web part (needs DATABASE_URL)."""
    from studio_sync.running import run as start

    start(config_of(data), worker=False)


@cli.command()
@DATA
def worker(data: Path | None) -> None:
    """Only the worker part (needs DATABASE_URL)."""
    from studio_sync.running import run as start

    start(config_of(data), web=False)


@cli.command()
@click.option("--once", is_flag=True, help="Play the day without a page, write demo-out, and end.")
@click.option("--keep", is_flag=True, help="Go on with the last day instead of a new one.")
@click.option("--port", default=0, help="Port of the page.")
def demo(once: bool, keep: bool, port: int) -> None:
    """Play one day of an invented studio on this computer.

    \b
    Examples:
      studio-sync demo
      studio-sync demo --once
    """
    from studio_sync.local.demo import play

    sys.exit(play(once=once, keep=keep, port=port))


@cli.command()
@DATA
@click.option("--dry-run", is_flag=True, help="Say what would be written, write nothing.")
def init(data: Path | None, dry_run: bool) -> None:
    """Create or mend the two workbooks. A second run writes nothing."""
    from studio_sync.local.desk import mend

    sys.exit(mend(config_of(data), dry_run=dry_run))


@cli.command()
@DATA
@JSON
def check(data: Path | None, as_json: bool) -> None:
    """What is set up, and the one next thing to do."""
    from studio_sync.local.desk import check as look

    sys.exit(look(config_of(data), as_json=as_json))


def _listing(name: str, help_text: str) -> None:
    @cli.command(name=name, help=help_text)
    @DATA
    @JSON
    @click.option("--state", default="", help="Only this state.")
    def listing(data: Path | None, as_json: bool, state: str) -> None:
        from studio_sync.local.desk import listing as look

        sys.exit(look(config_of(data), name, as_json=as_json, state=state))


_listing("problems", "What waits for a decision.")
_listing("inbox", "What came in, newest first.")
_listing("outbox", "What goes out, newest first.")


@cli.command()
@click.argument("ident")
@DATA
@JSON
def why(ident: str, data: Path | None, as_json: bool) -> None:
    """Why a message was sent, or not: IDENT is its row in Messages."""
    from studio_sync.local.desk import why as look

    sys.exit(look(config_of(data), ident, as_json=as_json))


@cli.command()
@DATA
@click.option("--dry-run", is_flag=True, help="Say what would be read back, change nothing.")
def rebuild(data: Path | None, dry_run: bool) -> None:
    """Read everything back from the workbook and the diary."""
    from studio_sync.local.desk import rebuild as again

    sys.exit(again(config_of(data), dry_run=dry_run))
