"""``python -m scripts.facts``: what we rely on about WhatsApp, and the tests that hold us to it.

The facts stand in ``tests/contract/facts_whatsapp.toml``; a test cites them in a comment, ``# fact: 1.1 signature``.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FACTS = ROOT / "tests" / "contract" / "facts_whatsapp.toml"
_CITES = re.compile(r"#\s*facts?:\s*(.+)")


def facts() -> tuple[dict[str, str], dict[str, str]]:
    """Every fact with its words, and those that no test can hold, with the reason."""
    told = tomllib.loads(FACTS.read_text(encoding="utf-8"))
    untested = told.pop("untested", {})
    known = {f"{section} {name}": words for section, lines in told.items() for name, words in lines.items()}
    return known, untested


def citations() -> dict[str, list[str]]:
    """Fact -> the tests that cite it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        if _CITES.search(source):
            tests = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
            for line, fact in _cited(source):
                found[fact].append(f"{path.relative_to(ROOT)}::{_test_at(tests, line)}")
    return found


def _cited(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and (cites := _CITES.fullmatch(token.string)):
            for fact in cites[1].split(","):
                yield token.start[0], fact.strip()


def _test_at(tests: list[ast.FunctionDef], line: int) -> str:
    return next((test.name for test in tests if test.lineno <= line <= (test.end_lineno or 0)), f"line {line}")


def problems() -> list[str]:
    """Facts without a test, and citations of nothing."""
    known, untested = facts()
    cited = citations()
    missing = [f"no test cites: {fact}" for fact in known if fact not in cited]
    return missing + [
        f"{test} cites what is no fact: {fact}"
        for fact, tests in cited.items()
        if fact not in known and fact not in untested
        for test in tests
    ]


def table() -> str:
    """One line per fact, as Markdown."""
    known, untested = facts()
    cited = citations()
    lines = ["| fact | in our words | tests |", "|---|---|---|"]
    lines += [f"| {fact} | {words} | {'<br>'.join(cited.get(fact, ['NONE']))} |" for fact, words in known.items()]
    return "\n".join([*lines, *(f"| {fact} | {reason} | cannot be tested here |" for fact, reason in untested.items())])


def main() -> int:
    """The table, then what is wrong; 0 when nothing is."""
    print(table())
    found = problems()
    print(*found, sep="\n", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
