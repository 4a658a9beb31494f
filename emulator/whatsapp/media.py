"""Media: upload, look up, download for five minutes, and the picture of a document's first page."""

from __future__ import annotations

import hashlib
import hmac
import io
import threading
from datetime import timedelta

from emulator import errors
from emulator.clock import instant
from emulator.store import Doc
from emulator.world import World

MEGABYTE = 1024 * 1024
#: accepted types and the most bytes of each family (facts/whatsapp.md 1.3)
SIZES = {"image": 5, "video": 16, "audio": 16, "document": 100, "sticker": 0.5}
TYPES = {
    "image/jpeg": "image",
    "image/png": "image",
    "image/webp": "sticker",
    "video/mp4": "video",
    "video/3gpp": "video",
    **dict.fromkeys(("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), "audio"),
    **dict.fromkeys(
        (
            "text/plain",
            "application/pdf",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        "document",
    ),
}
URL_LIFE = timedelta(minutes=5)
#: days a media id lives: uploaded by the business, received from a user
LIFE = {"business": 30, "user": 7}
_pdfium = threading.Lock()


def keep(world: World, content: bytes, mime_type: str, origin: str, filename: str | None = None) -> Doc:
    """Store bytes; `origin` is business or user."""
    media: Doc = {
        "id": str(world.number("media", 1_000_000_000_000_001) * 7),
        "mime_type": mime_type,
        "sha256": hashlib.sha256(content).hexdigest(),
        "file_size": len(content),
        "filename": filename,
        "origin": origin,
        "at": world.clock.now().isoformat(),
    }
    world.store.put_blob(f"media:{media['id']}", content)
    world.store.put("media", media["id"], media)
    return media


def upload(world: World, content: bytes, mime_type: str, filename: str | None) -> Doc:
    """What the business uploads.

    Raises:
        ApiError: a type or size that WhatsApp does not take.
    """
    bare = mime_type.partition(";")[0].strip().lower()
    family = TYPES.get(bare)
    if family is None:
        listed = ", ".join(TYPES)
        raise errors.graph(
            100, f"Param file must be a file with one of the following types: {listed}. Received file of type '{bare}'."
        )
    if len(content) > SIZES[family] * MEGABYTE or not content:
        details = f"File size must be from 1 byte to {SIZES[family]} MB for {family}"
        raise errors.graph(131053, "Media upload error", details=details)
    return keep(world, content, bare, "business", filename)


def find(world: World, media_id: str) -> Doc | None:
    """A media object that has not expired."""
    media = world.store.get("media", media_id)
    if media is None:
        return None
    dies = instant(media["at"]) + timedelta(days=LIFE[media["origin"]])
    return media if world.clock.now() < dies else None


def described(world: World, media: Doc, base: str) -> Doc:
    """The answer to GET /<media id>: with an address that works for five minutes."""
    return {
        "messaging_product": "whatsapp",
        "url": address(world, media, base),
        **{name: media[name] for name in ("mime_type", "sha256", "file_size", "id")},
    }


def address(world: World, media: Doc, base: str) -> str:
    """A download address with its expiry and a signature."""
    expires = int((world.clock.now() + URL_LIFE).timestamp())
    sign = _sign(media["id"], expires)
    return f"{base.rstrip('/')}/whatsapp_business/attachments/?mid={media['id']}&ext={expires}&hash={sign}"


def download(world: World, media_id: str, expires: str, sign: str) -> tuple[bytes, str]:
    """The bytes behind a download address.

    Raises:
        ApiError: 404 when the address is forged or older than five minutes: ask for a new one.
    """
    fresh = expires.isdigit() and world.clock.now().timestamp() < int(expires)
    media = find(world, media_id)
    if not fresh or media is None or not hmac.compare_digest(sign.encode(), _sign(media_id, int(expires)).encode()):
        raise errors.graph(100, "URL signature expired", status=404, plain=True)
    return content(world, media), media["mime_type"]


def content(world: World, media: Doc) -> bytes:
    """The bytes."""
    return world.store.blob(f"media:{media['id']}") or b""


def first_page(world: World, media: Doc) -> bytes | None:
    """A PNG of page 1 of a PDF, about 600 pixels wide; None if it is no PDF."""
    if media["mime_type"] != "application/pdf":
        return None
    key = f"page1:{media['id']}"
    drawn = world.store.blob(key)
    if drawn is None:
        # PDFium may only be used by one thread at a time.
        with _pdfium:
            drawn = _draw(content(world, media))
        world.store.put_blob(key, drawn)
    return drawn


def _draw(pdf: bytes) -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    picture = page.render(scale=600 / page.get_width()).to_pil()
    page.close()
    document.close()
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _sign(media_id: str, expires: int) -> str:
    return hmac.new(b"download", f"{media_id}:{expires}".encode(), hashlib.sha256).hexdigest()[:32]
