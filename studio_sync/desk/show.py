"""Tables and lines of 80 columns. Colour is never needed to understand them."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

WIDTH = 80
_GAP = "  "
#: a command to type stays on one line
_COMMAND, _STAY = "studio-sync", "\x1f"


def say(line: str = "") -> None:
    """One line to the terminal."""
    click.echo(line)


def say_json(value: Any) -> None:
    """For programs: one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[tuple[str, str, int]]) -> list[str]:
    """Lines of a table. ``columns``: (key, header, width); the last one takes what is left and wraps below itself."""
    widths = [width for _, _, width in columns[:-1]]
    indent = sum(widths) + len(_GAP) * len(widths)
    lines = [_line([header for _, header, _ in columns], widths, indent)]
    for row in rows:
        lines += _row([one_line(row.get(key, "")) for key, _, _ in columns], widths, indent)
    return lines


def _row(cells: Sequence[str], widths: Sequence[int], indent: int) -> list[str]:
    rest = textwrap.wrap(cells[-1], WIDTH - indent, max_lines=2, placeholder="...") or [""]
    first = _line([*cells[:-1], rest[0]], widths, indent)
    return [first, *(" " * indent + more for more in rest[1:])]


def _line(cells: Sequence[str], widths: Sequence[int], indent: int) -> str:
    head = [cut(cell, width).ljust(width) for cell, width in zip(cells, widths, strict=False)]
    return (_GAP.join(head) + _GAP * bool(head) + cut(cells[-1], WIDTH - indent)).rstrip()


def cut(text: str, longest: int) -> str:
    """The text, cut to so many letters with dots at the end."""
    return text if len(text) <= longest else text[: longest - 2].rstrip() + ".."


def one_line(value: Any) -> str:
    """A value on one line."""
    return " ".join(str(value).split())


def wrapped(label: str, text: str, width: int = 8) -> list[str]:
    """``label`` and the text beside it, wrapped to 80 columns."""
    indent = " " * width
    lines = textwrap.wrap(
        text.replace("\n", " ").replace(f"{_COMMAND} ", f"{_COMMAND}{_STAY}"),
        WIDTH,
        initial_indent=label.ljust(width),
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return [line.replace(_STAY, " ") for line in lines] or [label]
