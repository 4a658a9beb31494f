"""heyoo, unmodified: an older client with dead versions of Graph built in, and its own idea of every message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from heyoo import WhatsApp

from tests.emulator.phones import PHONE_ID, THANDI, InProcess, Studio


@pytest.fixture
def theirs(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> WhatsApp:
    monkeypatch.setattr(requests.sessions, "HTTPAdapter", lambda: InProcess(studio.client))
    return WhatsApp("a-token", phone_number_id=PHONE_ID)


def choices(count: int) -> dict[str, Any]:
    rows = [{"id": str(number), "title": f"Row {number}", "description": ""} for number in range(count)]
    return {"header": "Menu", "body": "What?", "footer": "STOP to end", "action": {
        "button": "Choose", "sections": [{"title": "All", "rows": rows}]}}  # fmt: skip


def buttons(title: str) -> dict[str, Any]:
    reply = {"type": "reply", "reply": {"id": "keep", "title": title}}
    return {"type": "button", "body": {"text": "Which?"}, "action": {"buttons": [reply]}}


CARD = [{"name": {"formatted_name": "Nadine", "first_name": "Nadine"}, "phones": [{"phone": "+44 7700 900199"}]}]
LINK = "https://nowhere.example/file"
SENDS: dict[str, Callable[[Any, str], Any]] = {
    "text": lambda wa, _: wa.send_message("Hello", THANDI),
    "reply": lambda wa, said: wa.reply_to_message(said, THANDI, "Hello"),
    "reaction": lambda wa, said: wa.send_reaction("\U0001f44d", said, THANDI),
    "location": lambda wa, _: wa.send_location(-33.9, 18.4, "Studio", "9 Nowhere St", THANDI),
    "image": lambda wa, _: wa.send_image(LINK, THANDI, caption="A"),
    "sticker": lambda wa, _: wa.send_sticker(LINK, THANDI),
    "audio": lambda wa, _: wa.send_audio(LINK, THANDI),
    "video": lambda wa, _: wa.send_video(LINK, THANDI, caption="A"),
    "document": lambda wa, _: wa.send_document(LINK, THANDI, caption="A"),
    "contacts": lambda wa, _: wa.send_contacts(CARD, THANDI),
    "list": lambda wa, _: wa.send_button(choices(10), THANDI),
    "buttons": lambda wa, _: wa.send_reply_button(buttons("Keep"), THANDI),
    "read": lambda wa, said: wa.mark_as_read(said),
}


@pytest.mark.parametrize("kind", SENDS)
def test_it_sends_every_kind(studio: Studio, theirs: WhatsApp, kind: str) -> None:
    said = studio.says(text="hello")["messages"][0]["id"]
    answer = SENDS[kind](theirs, said)
    assert answer == {"success": True} if kind == "read" else answer["messages"][0]["id"].startswith("wamid.")
    assert len(studio.chat()) == (1 if kind == "read" else 2)


# It leaves the file it reads open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_it_uploads_and_fetches_a_file(theirs: WhatsApp, tmp_path: Path) -> None:
    paper = tmp_path / "INV-1.pdf"
    paper.write_bytes(b"%PDF-1.4")
    media = theirs.upload_media(str(paper))["id"]
    address = theirs.query_media_url(media)
    fetched = theirs.download_media(address, "application/pdf", str(tmp_path / "fetched"))
    assert Path(fetched).read_bytes() == b"%PDF-1.4"
    assert theirs.delete_media(media) == {"success": True}


def test_it_sends_a_template(studio: Studio, theirs: WhatsApp) -> None:
    studio.template()
    parts = [{"type": "body", "parameters": [{"type": "text", "text": "Tuesday"}]}]
    assert theirs.send_template("reminder", THANDI, parts, lang="en")["messages"][0]["message_status"] == "accepted"
    assert studio.chat()[-1]["text"] == "Your session is on Tuesday at the studio."
    refused = theirs.send_template("reminder", THANDI, [], lang="en")["error"]
    assert (refused["code"], refused["error_data"]["details"]) == (
        132000, "body: number of localizable_params (0) does not match the expected number of params (1)"
    )  # fmt: skip
    assert theirs.send_template("nothing", THANDI, parts)["error"]["code"] == 132001


@pytest.mark.parametrize(
    ("send", "words"),
    [
        (lambda wa: wa.send_button(choices(11), THANDI), "Total row count exceed max allowed count: 10"),
        (
            lambda wa: wa.send_reply_button(buttons("x" * 21), THANDI),
            "Button title length invalid. Min length: 1, Max length: 20",
        ),
        (
            lambda wa: wa.send_message("x" * 4097, THANDI),
            "Param text['body'] length invalid. Min length: 1, Max length: 4096",
        ),
    ],
)
def test_it_is_refused_where_meta_refuses(theirs: WhatsApp, send: Callable[[Any], Any], words: str) -> None:
    error = send(theirs)["error"]
    assert (error["code"], error["error_data"]["details"]) == (131009, words)
