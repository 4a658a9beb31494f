"""The colours of our papers, and what may stand on what. Colours are "#rrggbb"."""

from __future__ import annotations

from studio_sync.rules.billing.paper import TEAL

INK = "#1D2B2A"
LABEL = "#5A6664"
FAINT = "#CFD6D4"
_TINT = "#E3F1EE"


def readable_accent(accent: str, ground: str = "#FFFFFF") -> str:
    """``accent`` when its contrast with ``ground`` is at least 4.5, else ink (also for what is no "#rrggbb")."""
    try:
        return accent if contrast(accent, ground) >= 4.5 else INK
    except ValueError:
        return INK


def contrast(one: str, other: str) -> float:
    """Contrast of two "#rrggbb" colours as WCAG 2 defines it, 1 to 21. Raises ``ValueError`` for another form."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError(colour)
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def tint_of(accent: str) -> str:
    """The ground of boxes: the accent at 12 % on white."""
    if accent == TEAL:
        return _TINT
    parts = (int(accent[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{255 - round((255 - part) * 0.12):02X}" for part in parts)
