"""The table on the screen and the file beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.rounds import Result

RESULTS = Path(__file__).parent / "results"


def table(results: Sequence[Result]) -> str:
    """One line per case, as Markdown. A noisy or wrong case shows no figure, only its range."""
    lines = ["| case | what | ratio (min-max) | ours | peer | goal | verdict |", "|---|---|---|---|---|---|---|"]
    for r in results:
        span = f"{r.ratio[1]:.3g}-{r.ratio[2]:.3g}"
        if r.verdict.startswith("FAIL"):
            figures = ("-", "-", "-")
        elif r.verdict.startswith("noisy"):
            figures = (f"({span})", "-", "-")
        else:
            figures = (f"{r.ratio[0]:.3g} ({span})", f"{r.ours:.4g} {r.unit}", f"{r.peers:.4g} {r.unit}")
        lines.append(f"| {r.case} | {r.what} | {' | '.join(figures)} | {r.goal} | {r.verdict} |")
        more = ", ".join(f"{name} {value:.4g}" for name, value in r.more.items())
        if more and not r.verdict.startswith("FAIL"):
            lines.append(f"| | {more} | | | | | |")
    return "\n".join(lines)


def save(day: str, on: dict[str, Any], results: Sequence[Result]) -> Path:
    """Keep the figures as ``results/<day>.json``; cases measured earlier that day stay unless measured again."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{day}.json"
    known = json.loads(path.read_text(encoding="utf-8"))["cases"] if path.exists() else []
    again = {result.case for result in results}
    cases = [case for case in known if case["case"] not in again] + [result.as_json() for result in results]
    told = {"day": day, "machine": on, "cases": sorted(cases, key=lambda case: str(case["case"]))}
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return path
