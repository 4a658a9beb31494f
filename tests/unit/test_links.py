"""Links to documents: ours, for 48 hours, for one document of one client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from studio_sync.links import LinkExpired, LinkForged, read_view, view_token

KEY = "a key of the studio"
NOW = datetime(2026, 11, 3, 8, 42, tzinfo=UTC)


def token() -> str:
    return view_token(KEY, document="INV-2026-00042", sha256="ab" * 32, client="c-THANDI", now=NOW)


def test_a_link_opens_its_document_until_two_days_later() -> None:
    view = read_view(KEY, token(), NOW + timedelta(hours=47, minutes=59))
    assert (view.document, view.sha256, view.client) == ("INV-2026-00042", "ab" * 32, "c-THANDI")
    assert view.until == NOW + timedelta(hours=48)


def test_an_old_link_says_since_when_it_is_over() -> None:
    with pytest.raises(LinkExpired) as over:
        read_view(KEY, token(), NOW + timedelta(hours=48))
    assert over.value.at == NOW + timedelta(hours=48)


@pytest.mark.parametrize(
    "forged",
    ["", ".", "not a token", token()[:-1], token()[1:], token() + "x", token().swapcase(), "é" * 40, "a.b.c"],
)
def test_whatever_is_not_ours_is_refused(forged: str) -> None:
    with pytest.raises(LinkForged):
        read_view(KEY, forged, NOW)


def test_another_key_opens_nothing_and_an_expired_forgery_is_a_forgery() -> None:
    with pytest.raises(LinkForged):
        read_view("another key", token(), NOW + timedelta(days=9))
