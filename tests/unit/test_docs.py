"""What the documents name is there: commands, targets, files, words. A document that drifts fails here."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from sheets_schema.policies import POLICIES
from studio_sync.cli import cli
from studio_sync.config import ALIASES

ROOT = Path(__file__).resolve().parents[2]
GUIDES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/runbook.md",
    "docs/architecture.md",
    "docs/doorbell.md",
    "docs/templates.md",
)
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
PAPERS = [ROOT / name for name in GUIDES] + DECISIONS

SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#:\s]+)\)")
PATH = re.compile(
    r"\.?[\w.-]+(?:/[\w.-]+)+/?|[\w-]+\.(?:py|md|toml|lock)|Procfile|LICENSE|\.importlinter|credentials\.example"
)
#: what a run makes, and addresses that look like paths
MADE = ("demo-out/", "/healthz", "/readyz", "/metrics", "/webhook", "/_emulator/", ".venv/", "local-studio")
WORDS = (
    "Workbook", "Diary", "Fact", "Effect", "Outcome", "inbox", "outbox", "key", "Snapshot", "commit", "mode", "slot",
    "hold", "booking", "standing booking", "credit", "package", "deposit", "enquiry", "handover",
    "customer service window", "template message", "journal", "lane", "step", "gate", "why", "class", "deadline",
    "needs", "overlay", "Ink", "lease", "head", "marker", "ring", "attempt", "batch", "chain", "Reading", "projection",
    "derived cell", "history", "token", "Today", "Question", "Change", "doorbell", "poll", "rev", "turn", "timetable",
    "stand-ins", "console", "fault", "clock", "port", "adapter", "private", "preset", "policy", "series", "paper",
    "seat", "place", "session", "owner", "client", "newcomer", "wamid", "text", "placeholder", "quiet hours",
)  # fmt: skip


def spans(paper: Path) -> list[str]:
    """Everything between backticks, outside fenced blocks."""
    text = re.sub(r"^```.*?^```", "", paper.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return SPAN.findall(text)


def named(papers: list[Path], begin: str) -> set[tuple[str, str]]:
    """(document, rest) of every span that begins with a command."""
    return {
        (paper.name, span.removeprefix(begin).strip())
        for paper in papers
        for span in spans(paper)
        if span.startswith(begin)
    }


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_file_named_is_there(paper: Path) -> None:
    mentioned = {
        span for span in spans(paper) if PATH.fullmatch(span) and not span.startswith(MADE) and span != "31/02"
    }
    missing = [span for span in mentioned if not (ROOT / span).exists()]
    assert not missing
    links = [link for link in LINK.findall(paper.read_text(encoding="utf-8")) if not (paper.parent / link).exists()]
    assert not links


def test_every_make_target_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    wanted = {rest.split()[0] for _, rest in named(PAPERS, "make ")}
    assert wanted
    assert not wanted - targets


def test_every_command_named_is_there_with_its_options() -> None:
    seen = 0
    for document, rest in sorted(named(PAPERS, "studio-sync ")):
        name, *words = rest.split()
        command = cli.commands.get(name)
        assert command is not None, f"{document} names studio-sync {name}"
        if isinstance(command, click.Group) and words:
            command = command.commands.get(words.pop(0))
            assert command is not None, f"{document} names studio-sync {rest}"
        options = {opt for param in command.params for opt in param.opts}
        for word in words:
            assert not word.startswith("--") or word in options, f"{document}: studio-sync {name} has no {word}"
        arguments = [param for param in command.params if isinstance(param, click.Argument)]
        assert not [word for word in words if word.isupper() and word != "DIR"] or arguments
        seen += 1
    assert seen > 10


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert not [name for name in cli.commands if f"studio-sync {name}" not in readme and name != "demo"]


def test_every_setting_of_the_environment_named_is_one() -> None:
    names = {span for paper in PAPERS for span in spans(paper) if re.fullmatch(r"[A-Z]+(?:_[A-Z]+)+", span)}
    assert names
    assert not names - set(ALIASES)


def test_every_policy_the_runbook_names_is_in_settings() -> None:
    titles = {policy.title for policy in POLICIES}
    assert {"Quiet from", "Quiet to", "Morning digest", "Remind the night before", "Remind before"} <= titles


def test_the_glossary_has_every_word_once() -> None:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^\| ([^|]+?) \| [^|]+ \|$", text, flags=re.MULTILINE)
    terms = [term for term in terms if term != "word"]
    assert sorted(set(terms)) == sorted(terms)
    assert not set(WORDS) - set(terms)


def test_decisions_are_numbered_without_gaps_and_say_their_price() -> None:
    numbers = [int(paper.name[:4]) for paper in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))
    for paper in DECISIONS:
        text = paper.read_text(encoding="utf-8")
        assert text.startswith(f"# {paper.name[:4]} ")
        assert all(f"**{word}" in text for word in ("Context.", "Decision.", "Price."))
        assert len(text.splitlines()) <= 50


def test_every_dependency_says_what_it_saves() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = project.split("dependencies = [", 1)[1].split("\n]", 1)[0]
    wanted = set(re.findall(r'^\s*"([a-z0-9-]+)', block, flags=re.MULTILINE))
    told = set(
        re.findall(r"^\| `([a-z0-9-]+)` \|", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert wanted <= told
    assert told - wanted <= {"psycopg"}


def test_the_package_carries_the_readme() -> None:
    assert 'readme = "README.md"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
