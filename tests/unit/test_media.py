"""A file that someone sent: what it is, where it is kept, and what the owner sees of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from studio_sync.delivery.sniffing import sniff
from studio_sync.links import FILE, view_token
from studio_sync.rules.effects import Fetch
from studio_sync.rules.facts import Media, MessageCame
from tests.unit.story import Studio
from tests.unit.webhook_story import NOW, opened


@pytest.mark.parametrize(
    ("content", "ext"),
    [
        (b"\xff\xd8\xff\xe0 a photo", "jpg"),
        (b"\x89PNG\r\n\x1a\n more", "png"),
        (b"GIF89a", "gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"%PDF-1.7 proof", "pdf"),
        (b"OggS\x00 a voice note", "ogg"),
        (b"#!AMR\n", "amr"),
        (b"ID3\x04", "mp3"),
        (b"\xff\xfb\x90", "mp3"),
        (b"\xff\xf1\x50", "aac"),
        (b"\x00\x00\x00\x20ftypM4A ", "m4a"),
        (b"\x00\x00\x00\x20ftyp3gp4", "3gp"),
        (b"\x00\x00\x00\x20ftypisom", "mp4"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old letter", "doc"),
        (b"PK\x03\x04 [Content_Types].xml xl/workbook.xml", "xlsx"),
        ("Zoë was here".encode(), "txt"),
        (b"MZ\x90\x00 a program", None),
        (b"\x7fELF", None),
        (b"PK\x03\x04 AndroidManifest.xml", None),
        (b"PK\x03\x04 [Content_Types].xml word/vbaProject.bin", None),
        (b"<svg xmlns='x' onload='alert(1)'>", None),
        (b"  \n<!DOCTYPE html><script>", None),
        (b"#!/bin/sh\nrm", None),
        (b"a\x00b", None),
        (b"\xfe\xfe\xfe", None),
        (b"", None),
    ],
    ids=lambda value: repr(value[:12]) if isinstance(value, bytes) else value,
)
def test_a_file_is_what_its_first_bytes_say(content: bytes, ext: str | None) -> None:
    kind = sniff(content)
    assert (kind.ext if kind else None) == ext


@pytest.mark.parametrize(
    ("media", "caption", "said"),
    [
        (Media(id="1", mime="image/jpeg"), "my back", "[photo] my back"),
        (Media(id="1", mime="image/webp"), "", "[sticker]"),
        (Media(id="1", mime="video/mp4"), "", "[video]"),
        (Media(id="1", mime="audio/ogg", voice=True), "", "[voice note]"),
        (Media(id="1", mime="audio/mpeg"), "", "[sound]"),
        (Media(id="1", mime="application/pdf", filename="proof\nof  payment.pdf"), "", "[file proof of payment.pdf]"),
        (Media(id="1"), "", "[file]"),
    ],
)
def test_the_row_says_what_came_and_links_it(media: Media, caption: str, said: str) -> None:
    studio = Studio()
    studio.happens(
        MessageCame(
            key="wamid.f", at=studio.now, phone=studio.number("Thandi"), form="media", text=caption, media=media
        )
    )
    assert [row for row in studio.rows("Messages", "Way", "Text", "File") if row[0] == "in"] == [
        ("in", said, "https://nowhere.example/i/f")
    ]
    assert [effect.media_id for effect in studio.effects if isinstance(effect, Fetch)] == ["1"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"why": "large", "most": "25"}, "Not kept: it is larger than 25 MB. Ask for a smaller one."),
        ({"why": "kind"}, "Not kept: a file of this kind can do harm. Ask for a photo or a PDF."),
        ({"why": "gone"}, "Not kept: WhatsApp no longer has it. Ask for it once more."),
        ({"why": "of next year"}, "Not kept: WhatsApp did not hand it over. Ask for it once more."),
    ],
)
def test_what_cannot_be_kept_is_said_in_the_row_and_to_the_owner(told: dict[str, str], words: str) -> None:
    studio = Studio()
    studio.fetched = {"of": "not_fetched", **told}
    studio.sends_voice("Thandi")
    assert (words,) in studio.rows("Messages", "File")
    assert f"a file from Thandi Maroon is missing: {words}".lower().rstrip(".") in " ".join(
        bubble.text.lower() for bubble in studio.bubbles("Nadine")
    )


def test_a_received_file_opens_for_30_days_and_runs_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as front:

        def link(content: bytes, mime: str) -> str:
            sha256 = front.door.files.keep(content, name="abc.bin", mime=mime)
            return "/i/" + view_token("key of the links", document=f"{FILE}abc", sha256=sha256, client="", now=NOW)

        photo, proof = link(b"\xff\xd8\xff", "image/jpeg"), link(b"%PDF-1.7", "application/pdf")
        shown, handed = front.client.get(photo), front.client.get(proof)
        assert shown.headers["Content-Disposition"].startswith("inline")
        assert handed.headers["Content-Disposition"].startswith("attachment")
        for answer in (shown, handed):
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        front.clock.set(NOW + timedelta(days=29, hours=23))
        assert front.client.get(photo).status_code == 200
        front.clock.set(NOW + timedelta(days=30))
        over = front.client.get(photo)
        assert over.status_code == 410
        assert b"30 days" in over.data
