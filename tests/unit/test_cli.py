"""The command line without a studio: light, in plain words, never a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from sheets_schema.policies import Settings
from studio_sync.cli import cli, main
from studio_sync.config import WORKER_NEEDS
from tests.typed import typed
from tests.unit.test_config import ADDRESSES

ROOT = Path(__file__).parents[2]
HEAVY = ("gspread", "googleapiclient", "google.auth", "flask", "sqlalchemy", "fpdf", "pydantic", "requests", "alembic")
COMMANDS = (
    "run",
    "serve",
    "worker",
    "init",
    "check",
    "problems",
    "inbox",
    "outbox",
    "why",
    "rebuild",
    "simulate",
    "demo",
)
ENGINE = re.compile(r"\b(fact|effect|journal|snapshot|commit chain|traceback|webhook|lane)s?\b", re.IGNORECASE)


def run(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """The command as a person types it, with only these settings."""
    return typed(*arguments, cwd=cwd, env={"PATH": os.environ["PATH"], "HOME": str(cwd), **env})


def test_help_fits_the_window_and_loads_nothing_heavy() -> None:
    program = (
        "import sys; sys.argv = ['studio-sync', '--help']\n"
        "from studio_sync.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print('|'.join(sorted(sys.modules)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    ).stdout  # fmt: skip
    page, _, modules = loaded.rstrip().rpartition("\n")
    assert page.startswith("studio-sync: bookings, reminders and invoices from your Google Sheet")
    assert all(len(line) <= 80 for line in page.splitlines())
    assert not [name for name in HEAVY if name in modules.split("|")]
    assert not ENGINE.search(page)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    page: Result = CliRunner().invoke(cli, [command, "--help"])
    assert page.exit_code == 0
    assert all(len(line) <= 80 for line in page.output.splitlines())
    assert "Examples:" in page.output
    assert f"studio-sync {command}" in page.output


def test_with_nothing_set_the_demo_is_the_next_step(tmp_path: Path) -> None:
    told = run("check", cwd=tmp_path)
    assert (told.returncode, told.stderr) == (1, "")
    assert "step 0 of 5 done" in told.stdout
    assert "Type: make demo" in told.stdout


def test_each_missing_setting_is_named_with_where_to_get_it(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CALENDAR_ID=diary@nowhere.example\n")
    told = run("check", cwd=tmp_path)
    assert "GOOGLE_CREDENTIALS is empty" in told.stdout
    assert "console.cloud.google.com" in told.stdout
    assert "Empty too: STUDIO_SHEET_ID" in told.stdout
    data = json.loads(run("check", "--json", cwd=tmp_path).stdout)
    assert set(WORKER_NEEDS) - {"CALENDAR_ID"} <= set(data["missing"])
    assert [step["state"] for step in data["steps"]] == ["done", "to do", "later", "later", "later"]
    assert data["next"]["who"]


@pytest.mark.parametrize("key", ["/no/such/file.json", "{}", "{broken", '{"type": "service_account"}'])
def test_a_wrong_key_is_a_step_to_do_and_is_never_shown(tmp_path: Path, key: str) -> None:
    told = run("check", cwd=tmp_path, GOOGLE_CREDENTIALS=key, STUDIO_SHEET_ID="s", CALENDAR_ID="c")
    assert (told.returncode, told.stderr) == (1, "")
    assert "this Google sign-in cannot be used" in told.stdout
    assert "Make a new key" in " ".join(told.stdout.split())


def test_init_names_everything_it_misses(tmp_path: Path) -> None:
    told = run("init", cwd=tmp_path)
    assert (told.returncode, told.stdout) == (1, "")
    assert "GOOGLE_CREDENTIALS is empty." in told.stderr
    assert "STUDIO_SHEET_ID is empty." in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("command", [["problems"], ["inbox"], ["outbox", "--json"], ["why", "m-1"]])
def test_before_the_first_run_there_is_nothing_to_look_at(tmp_path: Path, command: list[str]) -> None:
    told = run(*command, cwd=tmp_path)
    assert (told.returncode, told.stdout) == (1, "")
    assert "has not run here yet" in told.stderr
    assert not (tmp_path / "data").exists(), "looking makes nothing"


@pytest.mark.parametrize("command", [["run"], ["serve"], ["worker"], ["rebuild"]])
def test_what_cannot_start_says_why_and_what_to_type(tmp_path: Path, command: list[str]) -> None:
    told = run(*command, cwd=tmp_path)
    assert told.returncode == 1
    assert "studio-sync" in told.stderr.strip().splitlines()[-1]
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("command", ["init", "poster", "templates check", "flows publish", "rebuild", "check --live"])
def test_what_needs_the_stand_ins_says_how_to_start_them(tmp_path: Path, command: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "addresses.json").write_text(json.dumps(ADDRESSES))
    told = run(*command.split(), "--data", "mine", cwd=tmp_path)
    assert (told.returncode, told.stdout) == (1, "")
    said = ["The local studio in mine is not running.", "Start it: studio-sync run --local --data mine"]
    assert told.stderr.splitlines() == said


def test_wrong_use_ends_with_2(tmp_path: Path) -> None:
    assert run("chekc", cwd=tmp_path).returncode == 2
    assert run("why", cwd=tmp_path).returncode == 2
    assert run("check", "--data", "nothing-here", cwd=tmp_path).returncode == 1


def test_a_fault_of_ours_is_written_down_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "main", broken)
    with pytest.raises(SystemExit) as end:
        main()
    told = capsys.readouterr()
    assert end.value.code == 70
    assert re.fullmatch(r"A fault of ours\. Saved to fault-\d{4}\.txt\. Nothing was lost.*\n", told.err)
    assert "ZeroDivisionError: ours" in next(tmp_path.glob("fault-*.txt")).read_text()


#: what starts a program, only looks, or writes what can be read in one line of its help: the rest can be tried first
NO_DRY_RUN = {
    "run", "serve", "worker", "demo", "simulate", "problems", "inbox", "outbox", "why", "templates check",
    "templates lint",
}  # fmt: skip


def test_whatever_writes_can_be_tried_first() -> None:
    found: dict[str, click.Command] = {}
    for name, command in cli.commands.items():
        inner = getattr(command, "commands", None)
        found |= {f"{name} {sub}": each for sub, each in inner.items()} if inner else {name: command}
    without = {name for name, each in found.items() if "--dry-run" not in {o for p in each.params for o in p.opts}}
    assert without == NO_DRY_RUN


@pytest.mark.parametrize("there", [False, True])
def test_a_poster_can_be_tried_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    known = Settings(studio_name="Nowhere Street Pilates", owner_name="Nadine", studio_number="+447700900100")
    monkeypatch.setattr("studio_sync.desk.poster._settings", lambda _config: known)
    monkeypatch.setattr("studio_sync.cli.awake", lambda _data: None)
    out = tmp_path / "wall.pdf"
    if there:
        out.write_bytes(b"an older one")
    tried = CliRunner().invoke(cli, ["poster", "--dry-run", "--out", str(out)])
    assert tried.exit_code == 0
    assert "+44 7700 900100, not written" in tried.output
    assert ("would replace" in tried.output) is there
    assert "Bookings have moved" in tried.output
    assert (out.read_bytes() if there else out.exists()) == (b"an older one" if there else False)
    written = CliRunner().invoke(cli, ["poster", "--out", str(out)])
    assert written.exit_code == 0
    assert out.read_bytes().startswith(b"%PDF")
