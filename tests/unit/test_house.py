"""Habits of the house that no linter can see: calls that write twice, and imports of a bare command line."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("studio_sync", "sheets_schema", "jobs", "webhook")
#: gspread's writers: untyped, unguarded, and beside the commit chain.
WRITERS = {"append_row", "append_rows", "insert_row", "insert_rows", "update_acell", "update_cell", "update_cells"}


def _sources() -> list[Path]:
    return sorted(path for package in OURS for path in (ROOT / package).rglob("*.py"))


def _writes_twice(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in WRITERS:
                yield f"line {node.lineno}: {node.func.attr}"
            if node.func.attr in {"append", "update"} and any(
                word.arg in {"spreadsheetId", "valueInputOption"} for word in node.keywords
            ):
                yield f"line {node.lineno}: values.{node.func.attr}"
        if any(word.arg == "num_retries" for word in node.keywords):
            yield f"line {node.lineno}: num_retries"


@pytest.mark.parametrize("path", _sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_rows_are_written_by_the_commit_chain_only(path: Path) -> None:
    assert not list(_writes_twice(ast.parse(path.read_text(encoding="utf-8"))))


def test_the_check_sees_what_it_forbids() -> None:
    code = (
        "v.append(spreadsheetId=i, range=r, body=b)\nsheet.append_row([1])\nrequest.execute(num_retries=3)\nl.append(1)"
    )
    assert list(_writes_twice(ast.parse(code))) == [
        "line 1: values.append",
        "line 2: append_row",
        "line 3: num_retries",
    ]


def test_the_stand_ins_start_without_the_product() -> None:
    code = f"import emulator, sys; assert not [name for name in sys.modules if name.split('.')[0] in {OURS}]"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
