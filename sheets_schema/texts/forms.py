"""The form for new clients, as WhatsApp wants it: a file per language, and a name that changes with what is in it."""

from __future__ import annotations

import hashlib
from importlib.resources import files


def registration_form(language: str = "en") -> tuple[str, str]:
    """(name, JSON) of the form; English where a language has none. The same file has the same name."""
    folder = files("sheets_schema.texts")
    there = folder / language / "registration.json"
    content = (there if there.is_file() else folder / "en" / "registration.json").read_text(encoding="utf-8")
    return f"studio_sync_registration_{hashlib.sha256(content.encode()).hexdigest()[:8]}", content
