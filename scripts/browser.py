"""Where this computer keeps a browser that can be driven without a window."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
#: macOS installs applications outside the search path.
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find_browser() -> str | None:
    """The path of Chromium or Chrome, or None. STUDIO_SYNC_BROWSER names one that is kept elsewhere."""
    named = os.environ.get("STUDIO_SYNC_BROWSER")
    if named:
        return named if Path(named).is_file() else None
    found = (shutil.which(name) for name in NAMES)
    installed = (place for place in PLACES if Path(place).is_file())
    return next((path for path in found if path), None) or next(installed, None)
