"""WhatsApp's limits, looked at before anything is sent, in words that say what to shorten (facts whatsapp 1.3)."""

from __future__ import annotations

from collections.abc import Iterable

from studio_sync.errors import Refused

MB = 1024 * 1024
#: types of file WhatsApp takes -> the most bytes of each
_DOCUMENTS = (
    "text/plain",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
)
_AUDIO = ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg")
MOST_BYTES = {
    **dict.fromkeys(("image/jpeg", "image/png"), 5 * MB),
    **dict.fromkeys(("video/mp4", "video/3gpp", *_AUDIO), 16 * MB),
    "image/webp": 500 * 1024,
    **dict.fromkeys(_DOCUMENTS, 100 * MB),
}


def filled(what: str, text: str, limit: int) -> None:
    """A text that must be there and fit."""
    if not text.strip():
        raise refused(f"{what} is empty")
    at_most(what, text, limit)


def at_most(what: str, text: str, limit: int) -> None:
    """A text that may be missing but must fit."""
    if len(text) > limit:
        much = len(text) - limit
        raise refused(f"{what} has {len(text):,} characters and WhatsApp takes {limit:,}: shorten it by {much:,}")


def count(what: str, number: int, limit: int) -> None:
    """One thing to tap at least, and not too many."""
    if not 1 <= number <= limit:
        raise refused(f"there are {number} {what} and WhatsApp takes 1 to {limit}")


def different(what: str, texts: Iterable[str]) -> None:
    """No two are the same."""
    seen = list(texts)
    if len(set(seen)) != len(seen):
        raise refused(f"two {what} are the same; give each its own words")


def an_address(what: str, link: str) -> None:
    """A whole address of the web."""
    if not link.startswith(("https://", "http://")) or any(ch.isspace() for ch in link):
        raise refused(f"{what} is no address; write it whole, such as https://nowhere.example/x")


def a_file(mime: str, size: int) -> None:
    """A file that may be handed over."""
    kind = mime.partition(";")[0].strip().lower()
    limit = MOST_BYTES.get(kind)
    if limit is None:
        raise refused(f'WhatsApp takes no file of type "{kind}"; a PDF, JPEG or PNG always works')
    if size > limit:
        raise refused(f"the file has {_size(size)} and WhatsApp takes {_size(limit)} of this type: make it smaller")
    if not size:
        raise refused("the file is empty")


def _size(size: int) -> str:
    return f"{size / MB:.1f} MB" if size >= MB else f"{size / 1024:.0f} KB"


def refused(why: str) -> Refused:
    """What breaks a limit: not sent, and never will be as it is."""
    # 0 would be WhatsApp's own code of a token that is not accepted.
    return Refused("whatsapp", why, code=-1)
