"""What we rely on about WhatsApp is held by tests, fact by fact."""

from __future__ import annotations

from scripts import facts


def test_every_fact_has_a_test_and_every_citation_a_fact() -> None:
    assert facts.problems() == []


def test_the_table_names_fact_words_and_tests() -> None:
    (line,) = (line for line in facts.table().splitlines() if line.startswith("| 1.1 signature |"))
    assert "test_webhook_door.py::test_the_raw_bytes_count_not_what_they_mean" in line
