"""``check``: the ladder from the demo to live, rung by rung, up to the first thing to do."""

from __future__ import annotations

from typing import Any

from studio_sync.config import Config
from studio_sync.desk.guide import Step
from studio_sync.desk.ladder import Ladder, climb
from studio_sync.desk.locks import NOT_YET, try_locks
from studio_sync.desk.outside import google
from studio_sync.desk.show import cut, say, say_json, wrapped

WOULD = "Would try the locks in two small hidden tabs of each workbook, and delete these again."


def check(config: Config, *, as_json: bool = False, live: bool = False, dry_run: bool = False) -> int:
    """Show the ladder; 0 when nothing is left to do, else 1. ``live``: try first what we ask of Google."""
    tried = [try_locks(port) for port in google(config).books.values()] if live and not dry_run else []
    weak = [line for each in tried for line in each.weak]
    if not as_json or weak:
        for line in (*weak, *(line for each in tried for line in each.notes)):
            for part in wrapped("", line, 0):
                say(part)
    if weak:
        say(NOT_YET)
    elif live and not as_json:
        say(WOULD if dry_run else "The locks of both workbooks hold.")
    ladder = climb(config)
    if as_json:
        say_json(_data(ladder))
    else:
        for line in _lines(ladder):
            say(line)
    return 0 if ladder.next is None and not weak else 1


def _lines(ladder: Ladder) -> list[str]:
    total = len(ladder.rungs)
    head = "all done" if ladder.done == total else f"step {ladder.done} of {total} done"
    lines = [f"{ladder.name or 'Your studio'}: {head}"]
    for n, rung in enumerate(ladder.rungs, 1):
        title = f"{rung.title} ".ljust(34, ".")
        lines.append(f"  {n} {title} {rung.state.ljust(5)}  {cut(rung.note, 34)}".rstrip())
    if ladder.can:
        cannot = f" Cannot: {', '.join(ladder.cannot)}." if ladder.cannot else ""
        lines += wrapped("", f"This sign-in can {' and '.join(ladder.can)}.{cannot}", 0)
    if ladder.next is not None:
        lines += _next(ladder.next)
    return lines


def _next(step: Step) -> list[str]:
    minutes = "1 minute" if step.minutes == 1 else f"{step.minutes} minutes"
    return [f"Next, about {minutes}, by {step.who}:", *wrapped("", step.text, 2)]


def _data(ladder: Ladder) -> dict[str, Any]:
    step = ladder.next
    return {
        "studio": ladder.name,
        "done": ladder.done,
        "steps": [{"title": rung.title, "state": rung.state, "note": rung.note} for rung in ladder.rungs],
        "can": list(ladder.can),
        "cannot": list(ladder.cannot),
        "missing": list(ladder.missing),
        "next": None if step is None else {"minutes": step.minutes, "who": step.who, "text": step.text},
    }
