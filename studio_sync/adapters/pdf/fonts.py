"""The fonts of our papers: Source Sans in two weights, cut down once per process, with a wider font behind it.

fpdf2 reads and cuts every font anew for every document. Handing it small fonts without hints and layout tables makes
that quick: the Latin face is what nearly every paper needs; the others are only read when a sign asks for them.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from studio_sync.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Latin of western, central and southern Europe and Africa, dashes, quotes, currencies
_LATIN = (
    *range(0x20, 0x7F), *range(0xA0, 0x180), 0x218, 0x219, 0x21A, 0x21B, 0x2BC,
    *range(0x2010, 0x2016), *range(0x2018, 0x201F), *range(0x2020, 0x2027), 0x2030, 0x2039, 0x203A, 0x20AC, 0x2212,
)  # fmt: skip
_UNUSED_TABLES = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "gasp", "cvt ", "fpgm", "prep", "kern", "FFTM")
_SYSTEM_FOLDERS = (
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/dejavu-sans-fonts",
    "/usr/share/fonts/TTF",
    "/usr/local/share/fonts/dejavu",
    "/Library/Fonts",
    "/System/Library/Fonts/Supplemental",
    "C:/Windows/Fonts",
)
_SYSTEM_NAMES = {False: ("DejaVuSans.ttf", "Arial.ttf"), True: ("DejaVuSans-Bold.ttf", "Arial Bold.ttf", "arialbd.ttf")}


@dataclass(frozen=True, kw_only=True, slots=True)
class Face:
    """One font file in memory."""

    name: str
    content: bytes
    #: code points it can draw
    signs: frozenset[int]


@cache
def latin_face(*, bold: bool) -> Face:
    """The Latin face, where every sign is tried first. Raises ``UserError`` when there is no font at all."""
    path = _source_sans(bold=bold) or _system(bold=bold)
    if path is None:
        raise UserError("No font to draw invoices with was found.", "Type: pip install font-source-sans-pro")
    return _cut("latin", path, _LATIN)


@cache
def wider_faces(*, bold: bool) -> tuple[Face, ...]:
    """Where signs the Latin face lacks are looked for: the rest of Source Sans, then a font of this computer."""
    paths = (("more", _source_sans(bold=bold)), ("wide", _system(bold=bold)))
    return tuple(_cut(name, path, None) for name, path in paths if path is not None)


def _source_sans(*, bold: bool) -> Path | None:
    found = find_spec("font_source_sans_pro")
    if found is None or found.origin is None:
        return None
    path = Path(found.origin).with_name("files") / f"SourceSansPro-{'Semibold' if bold else 'Regular'}.ttf"
    return path if path.is_file() else None


def _system(*, bold: bool) -> Path | None:
    candidates = (Path(folder) / name for name in _SYSTEM_NAMES[bold] for folder in _SYSTEM_FOLDERS)
    return next((path for path in candidates if path.is_file()), None)


def _cut(name: str, path: Path, codes: Iterable[int] | None) -> Face:
    """The font at ``path`` without what paper does not need, and only with ``codes`` when given."""
    font = TTFont(path, recalcTimestamp=False)
    for table in _UNUSED_TABLES:
        if table in font:
            del font[table]
    if codes is not None:
        options = subset.Options(notdef_outline=True, glyph_names=False, hinting=False, layout_features=[])
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=codes)
        cutter.subset(font)
    buffer = BytesIO()
    font.save(buffer)
    return Face(name=sys.intern(name), content=buffer.getvalue(), signs=frozenset(font.getBestCmap() or {}))
