"""A file that a client sends, through the real stand-in: fetched in two steps, kept, linked."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest

from studio_sync.rules.facts import Media, MessageCame
from studio_sync.rules.ink import message_id
from tests.hallway.room import THANDI, Room

#: the file itself is fetched over its own connection
pytestmark = pytest.mark.sockets

PHOTO = b"\xff\xd8\xff\xe0 a proof of payment"


def sends(room: Room, content: bytes, **more: Any) -> str:
    """Thandi sends a file; the fact is as the front door would keep it."""
    given = {"kind": "image", "mime_type": "image/jpeg", "base64": base64.b64encode(content).decode(), **more}
    (wamid,) = room.post("speak", {"phone": THANDI, "media": given})["wamids"]
    (said,) = [m for m in room.get(f"phones/{THANDI.replace('+', '%2B')}/chat")["messages"] if m["wamid"] == wamid]
    media = Media(id=said["media"]["id"], mime="image/jpeg")
    room.put(MessageCame(key=wamid, at=room.clock.now(), phone=THANDI, form="media", media=media))
    return str(wamid)


def test_a_photo_is_kept_under_a_name_of_ours_and_its_row_says_so(room: Room) -> None:
    wamid = sends(room, PHOTO, filename="../../etc/passwd")
    room.run(6)
    row = room.row("messages", message_id(wamid))
    assert row["text"] == "[photo]"
    assert "/i/" in row["file"]
    with room.journal.read() as tx:
        outcome = tx.fact(f"outcome:{wamid}/fetch")
    assert outcome is not None
    stored = room.journal.files.get(outcome.result["sha256"])  # type: ignore[union-attr]
    assert stored is not None
    assert (stored.content, stored.mime, stored.name) == (PHOTO, "image/jpeg", f"{stored.sha256}.jpg")


def test_what_could_not_be_fetched_is_asked_for_again(room: Room) -> None:
    room.fault("whatsapp.media.download", "503", times=2)
    wamid = sends(room, PHOTO)
    room.run(16)
    assert "/i/" in room.row("messages", message_id(wamid))["file"]
    assert len(room.calls("whatsapp.media.download")) == 3


def test_a_program_in_a_photos_clothes_is_not_kept(room: Room) -> None:
    wamid = sends(room, b"MZ\x90\x00 not a photo")
    room.run(6)
    assert room.row("messages", message_id(wamid))["file"].startswith("Not kept: a file of this kind can do harm.")
    assert any("can do harm" in said for said in room.said("+447700900199"))


def test_after_a_week_whatsapp_has_it_no_more(room: Room) -> None:
    room.fault("whatsapp.media.download", "503", times=1)
    wamid = sends(room, PHOTO)
    room.round()
    room.tick(timedelta(days=7, hours=1).total_seconds())
    room.run(6)
    assert room.row("messages", message_id(wamid))["file"].startswith("Not kept: WhatsApp no longer has it.")


def test_after_thirty_days_the_bytes_are_gone_unless_sent_again(room: Room) -> None:
    sends(room, PHOTO)
    again = b"\xff\xd8\xff\xe0 sent twice"
    sends(room, again)
    room.run(4)
    room.tick(timedelta(days=20).total_seconds())
    sends(room, again)
    room.run(4)
    room.tick(timedelta(days=11).total_seconds())
    room.lane("files")()
    assert [room.journal.files.get(hashlib.sha256(each).hexdigest()) is None for each in (PHOTO, again)] == [
        True,
        False,
    ]
