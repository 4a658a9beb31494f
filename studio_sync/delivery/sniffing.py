"""What a received file really is, by its first bytes. What WhatsApp or its sender says of it is not believed.

Only kinds that a phone shows and that run nothing are kept. Sources: the formats' own magic numbers; the kinds are
those WhatsApp takes (facts/whatsapp 1.3, Media).
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is kept."""

    mime: str
    #: the end of the name we give it
    ext: str


_TEXT = Kind("text/plain; charset=utf-8", "txt")
_OLD_OFFICE = Kind("application/x-ole-storage", "doc")
_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", Kind("image/jpeg", "jpg")),
    (b"\x89PNG\r\n\x1a\n", Kind("image/png", "png")),
    (b"GIF87a", Kind("image/gif", "gif")),
    (b"GIF89a", Kind("image/gif", "gif")),
    (b"%PDF-", Kind("application/pdf", "pdf")),
    (b"OggS", Kind("audio/ogg", "ogg")),
    (b"#!AMR", Kind("audio/amr", "amr")),
    (b"ID3", Kind("audio/mpeg", "mp3")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD_OFFICE),
)
#: brand of an ISO media file -> kind; any other brand is a film
_BRANDS = {b"M4A ": Kind("audio/mp4", "m4a"), b"M4B ": Kind("audio/mp4", "m4a"), b"3gp": Kind("video/3gpp", "3gp")}
_FILM = Kind("video/mp4", "mp4")
#: what stands in the first entries of an office file; any other archive may hold anything
_OFFICE = (
    (b"word/", Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx")),
    (b"xl/", Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")),
    (b"ppt/", Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx")),
)
#: a text with one of these near its beginning is a page or a program
_PAGES = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"#!")
_LOOK = 4096
#: no text holds these
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


def sniff(content: bytes) -> Kind | None:
    """The kind of these bytes; None for one that is not kept (programs, pages, drawings with scripts, archives)."""
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Kind("image/webp", "webp")
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        return _BRANDS.get(brand) or _BRANDS.get(brand[:3]) or _FILM
    if content[:2] in {b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"}:
        return Kind("audio/mpeg", "mp3")
    if content[:2] in {b"\xff\xf1", b"\xff\xf9"}:
        return Kind("audio/aac", "aac")
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return _text(content)


def _office(content: bytes) -> Kind | None:
    if b"[Content_Types].xml" not in content[:_LOOK] or b"vbaProject.bin" in content:
        return None
    return next((kind for folder, kind in _OFFICE if folder in content), None)


def _text(content: bytes) -> Kind | None:
    head = content[:_LOOK].lstrip().lower()
    if not content or _CONTROL.search(content) or any(mark in head for mark in _PAGES):
        return None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return _TEXT
