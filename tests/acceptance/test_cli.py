"""The command line beside a running local studio: what it shows is what is so, and looking changes nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from studio_sync.local.studio import LocalStudio
from tests.typed import typed

ROOT = Path(__file__).parents[2]
NADINE, THANDI = "+447700900199", "+447700900101"
#: words of the engine room, and what must never be shown
NOT_FOR_PEOPLE = re.compile(r"\b(put_row|put_event|effect|fact|queued|snapshot|Traceback)\b|Bearer")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStudio]:
    """A local studio on a morning in which Nadine has booked Thandi."""
    studio = LocalStudio(tmp_path_factory.mktemp("local") / "studio")
    studio.open(start_at=datetime(2026, 11, 3, 6, 30, tzinfo=ZoneInfo("Africa/Johannesburg")))
    studio.control("quota", {"on": False})
    studio.control("speak", {"phone": NADINE, "text": "Book Thandi tomorrow 09h00 single"})
    until(lambda: any("Booked" in text for text in chat(studio, NADINE)))
    until(lambda: chat(studio, THANDI))
    until(lambda: not [row for row in shown(studio, "outbox") if row["state"] != "done"])
    yield studio
    studio.close()


def until(look: Callable[[], object]) -> None:
    for _ in range(150):
        if look():
            return
        threading.Event().wait(0.2)
    pytest.fail("it did not come")


def chat(studio: LocalStudio, phone: str) -> list[str]:
    told = studio.control(f"phones/{phone.replace('+', '%2B')}/chat")["messages"]
    return [str(message.get("text")) for message in told if message["direction"] == "out"]


def run(studio: LocalStudio, *arguments: str) -> subprocess.CompletedProcess[str]:
    return typed(*arguments, "--data", str(studio.data), cwd=studio.data.parent, env=dict(os.environ))


def shown(studio: LocalStudio, *arguments: str) -> Any:
    return json.loads(run(studio, *arguments, "--json").stdout)


@pytest.mark.parametrize("command", ["check", "problems", "inbox", "outbox"])
def test_every_page_fits_the_window_and_speaks_plainly(studio: LocalStudio, command: str) -> None:
    told = run(studio, command)
    assert (told.returncode, told.stderr) == (0, "")
    assert all(len(line) <= 80 for line in told.stdout.splitlines()), told.stdout
    assert not NOT_FOR_PEOPLE.search(told.stdout)
    secrets = [studio.addresses[name] for name in ("whatsapp_token", "app_secret", "secret_key", "admin_key")]
    assert not any(secret in told.stdout + run(studio, command, "--json").stdout for secret in secrets)


def test_what_came_in_and_what_went_out(studio: LocalStudio) -> None:
    came = {row["what"]: row["state"] for row in shown(studio, "inbox")}
    assert came['Nadine: "Book Thandi tomorrow 09h00 single"'] == "dealt with"
    out = {row["what"]: row["state"] for row in shown(studio, "outbox")}
    assert out["Diary: 09:00 Single: Thandi"] == "done"
    assert [what for what in out if what.startswith("Bookings: ") and "Thandi Maroon" in what]
    assert [what for what in out if what.startswith("To Thandi Maroon: Hi Thandi, your single session")]
    assert shown(studio, "outbox", "--state", "held for you") == []
    assert shown(studio, "problems") == []
    wrong = run(studio, "outbox", "--state", "nowhere")
    assert wrong.returncode == 1
    assert '"held for you"' in wrong.stderr


def test_why_by_row_by_message_by_booking_and_by_number(studio: LocalStudio) -> None:
    ids = {row["id"] for row in shown(studio, "outbox") if row["what"].startswith(("To Thandi", "Diary"))}
    assert len(ids) == 2
    (booking,) = {match for row in shown(studio, "outbox") for match in re.findall(r"row:bookings:(b-\w+)", row["id"])}
    for ident in (*ids, booking, f"row:Bookings:{booking}", "1"):
        told = run(studio, "why", ident)
        assert (told.returncode, told.stderr) == (0, ""), ident
        assert "Book Thandi tomorrow 09h00 single" in told.stdout
        assert all(len(line) <= 80 for line in told.stdout.splitlines())
    assert "We changed nothing" in run(studio, "why", "c-SIPHO").stdout
    unknown = run(studio, "why", "m-NOTHING")
    assert unknown.returncode == 1
    assert "studio-sync why" in unknown.stderr.strip().splitlines()[-1]


def test_init_again_writes_nothing(studio: LocalStudio) -> None:
    def writes() -> int:
        counts = studio.control("counts")
        names = ("sheets.batchUpdate", "whatsapp.templates.create", "sheets.create", "calendar.calendars.insert")
        return sum(sum(counts.get(name, {}).values()) for name in names)

    before = writes()
    told = run(studio, "init")
    assert (told.returncode, told.stdout.splitlines()[-1]) == (0, "Nothing to do.")
    assert run(studio, "init", "--dry-run").stdout == told.stdout
    assert writes() == before


def test_check_stands_on_the_last_rung(studio: LocalStudio) -> None:
    told = run(studio, "check")
    assert told.stdout.startswith("Nowhere Street Pilates: all done\n")
    assert shown(studio, "check")["next"] is None


@pytest.mark.parametrize(
    ("verb", "what", "said"),
    [
        ("revoke", {"token": "google.*"}, "Google refuses this sign-in"),
        ("revoke", {"token": "meta.*"}, "WHATSAPP_TOKEN is refused"),
        ("unshare", {"id": "studio_sheet"}, "the workbook is not shared"),
        ("unshare", {"id": "books_sheet"}, "the books workbook is not shared"),
        ("unshare", {"id": "calendar"}, "the diary is not shared"),
    ],
)
def test_what_was_taken_away_is_the_next_thing_to_do(
    studio: LocalStudio, verb: str, what: dict[str, str], said: str
) -> None:
    body = {name: studio.addresses.get(value, value) for name, value in what.items()}
    studio.control(verb, body)
    try:
        told = run(studio, "check")
    finally:
        studio.control(verb, {**body, "undo": True})
    assert (told.returncode, told.stderr) == (1, "")
    assert said in told.stdout
    assert "Next, about" in told.stdout
    assert told.stdout.rstrip().endswith("studio-sync check")
    assert all(len(line) <= 80 for line in told.stdout.splitlines())


def test_rebuild_by_hand_says_what_it_found_and_sends_nothing(studio: LocalStudio) -> None:
    before = (chat(studio, NADINE), chat(studio, THANDI))
    looked = run(studio, "rebuild", "--dry-run")
    assert looked.returncode == 0, looked.stderr
    assert "Nothing was changed." in looked.stdout
    done = run(studio, "rebuild")
    assert done.returncode == 0, done.stderr
    assert "7 in Clients" in " ".join(done.stdout.split())
    assert done.stdout.endswith("Nothing was sent.\n")
    assert (chat(studio, NADINE), chat(studio, THANDI)) == before
