"""A link opens one document for 48 hours; everything else is a small page that gives nothing away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from studio_sync.links import view_token
from tests.unit.webhook_story import NOW, FrontDoor, opened
from webhook.pages import MOST_WRONG

PAPER = b"%PDF-1.7 one invoice of Nowhere Street Pilates"
NAME = "INV-2026-00042 Zoë.pdf"


@pytest.fixture
def front(tmp_path: Path) -> Iterator[FrontDoor]:
    with opened(tmp_path) as front:
        yield front


def link(front: FrontDoor, *, name: str = NAME, mime: str = "application/pdf", key: str = "key of the links") -> str:
    sha256 = front.door.files.keep(PAPER, name=name, mime=mime)
    return "/i/" + view_token(key, document="i-1", sha256=sha256, client="c-1", now=NOW)


def test_the_link_shows_the_same_bytes(front: FrontDoor) -> None:
    answer = front.client.get(link(front))
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "application/pdf", PAPER)
    assert answer.headers["Content-Disposition"].startswith("inline; filename=")
    assert "filename*=UTF-8''INV-2026-00042%20Zo%C3%AB.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


def test_a_phone_may_look_twice_and_at_the_head_first(front: FrontDoor) -> None:
    address = link(front)
    assert front.client.head(address).status_code == 200
    assert [front.client.get(address).data for _ in range(2)] == [PAPER, PAPER]


def test_a_name_cannot_leave_its_header(front: FrontDoor) -> None:
    shown = front.client.get(link(front, name='../a"\r\nSet-Cookie: x=1'))
    assert shown.status_code == 200
    assert "Set-Cookie" not in shown.headers
    assert "/" not in shown.headers["Content-Disposition"].replace("UTF-8''", "")


def test_after_48_hours_it_says_so_and_where_to_get_a_fresh_one(front: FrontDoor) -> None:
    address = link(front)
    front.clock.set(NOW + timedelta(hours=47, minutes=59))
    assert front.client.get(address).status_code == 200
    front.clock.set(NOW + timedelta(hours=48))
    answer = front.client.get(address)
    assert answer.status_code == 410
    assert "good for 48 hours" in answer.text
    assert "Send invoice in the chat" in answer.text


def test_forged_unknown_and_foreign_links_are_told_the_same(front: FrontDoor) -> None:
    right = link(front)
    gone = "/i/" + view_token("key of the links", document="i-9", sha256="0" * 64, client="c-1", now=NOW)
    wrong = [right[:-1], right + "x", link(front, key="another"), gone, link(front, key=""), "/i/x", "/i/" + "a" * 5000]
    front.clock.set(NOW + timedelta(days=30))  # a forged one never learns that it would be over
    answers = [front.client.get(address) for address in wrong if address != gone]
    assert {(answer.status_code, answer.data) for answer in answers} == {(404, answers[0].data)}
    front.clock.set(NOW)
    assert front.client.get(gone).data == answers[0].data


def test_a_page_repeats_nothing_of_the_request(front: FrontDoor) -> None:
    answer = front.client.get("/i/<script>alert(1)<%2Fscript>")
    assert answer.status_code == 404
    assert "alert" not in answer.text
    assert "script" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_only_papers_are_shown(front: FrontDoor) -> None:
    assert front.client.get(link(front, mime="text/html")).status_code == 404


def test_a_link_is_for_looking_only(front: FrontDoor) -> None:
    assert front.client.post(link(front)).status_code == 405


def test_who_guesses_is_told_to_stop_and_a_right_link_still_opens(front: FrontDoor) -> None:
    codes = [front.client.get(f"/i/guess{n}").status_code for n in range(25)]
    assert codes == [404] * 20 + [429] * 5
    assert front.client.get(link(front)).status_code == 200
    other = front.client.get("/i/guess", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 404
    front.clock.tick(601)
    assert front.client.get("/i/guess").status_code == 404


@pytest.mark.parametrize(("proxies", "stopped"), [(0, True), (1, False)])
def test_only_a_proxy_of_ours_says_who_guesses(tmp_path: Path, proxies: int, stopped: bool) -> None:
    with opened(tmp_path, trusted_proxies=proxies) as front:
        for n in range(MOST_WRONG):
            front.client.get("/i/wrong", headers={"X-Forwarded-For": f"198.51.100.{n}"})
        last = front.client.get("/i/wrong", headers={"X-Forwarded-For": "203.0.113.1, 198.51.100.250"})
        assert (last.status_code == 429) is stopped


def test_a_header_made_up_by_the_guesser_does_not_help(tmp_path: Path) -> None:
    with opened(tmp_path, trusted_proxies=1) as front:
        for n in range(MOST_WRONG + 1):
            last = front.client.get("/i/wrong", headers={"X-Forwarded-For": f"203.0.113.{n}, 198.51.100.1"})
        assert last.status_code == 429
