"""WhatsApp at the door: the handshake, the signature, and one durable commit before the 200."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from studio_sync.errors import Unavailable, UserError
from studio_sync.rules.facts import MessageCame
from studio_sync.standing import Standing
from tests.unit.webhook_story import NOW, SECRET, FrontDoor, config, envelope, message, opened, signature, status
from webhook.app import create_app
from webhook.door import Door
from webhook.meta import LARGEST, PATHS


@pytest.fixture
def front(tmp_path: Path) -> Iterator[FrontDoor]:
    with opened(tmp_path) as front:
        yield front


# -- the handshake


@pytest.mark.parametrize("path", PATHS)
def test_the_handshake_echoes_the_bare_challenge(front: FrontDoor, path: str) -> None:
    # fact: 1.1 handshake
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "välkommen"}
    answer = front.client.get(path, query_string=query)
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "text/plain", b"1158201444")


@pytest.mark.parametrize(
    "wrong",
    [
        {"hub.verify_token": "wrong"},
        {"hub.verify_token": ""},
        {"hub.verify_token": "\N{SNOWMAN}"},
        {"hub.mode": "unsubscribe"},
        {"hub.mode": ""},
        {"hub.challenge": "<script>alert(1)</script>"},
        {"hub.challenge": "١٢٣"},
        {"hub.challenge": ""},
        {"hub.challenge": "1\n"},
        {"hub.challenge": "7" * 101},
    ],
)
def test_a_handshake_that_is_not_ours_is_refused_without_an_echo(front: FrontDoor, wrong: dict[str, str]) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "välkommen"} | wrong
    answer = front.client.get("/webhook", query_string=query)
    assert (answer.status_code, answer.data) == (403, b"Forbidden")


def test_a_bare_look_at_the_address_is_refused(front: FrontDoor) -> None:
    assert front.client.get("/webhook").status_code == 403
    assert front.client.get("/webhook?hub.verify_token=%ff%fe").status_code == 403


@pytest.mark.parametrize("missing", ["whatsapp_app_secret", "whatsapp_verify_token", "secret_key"])
def test_no_door_without_its_secrets_not_even_in_the_local_studio(tmp_path: Path, missing: str) -> None:
    with opened(tmp_path) as front:
        told = config(tmp_path, local=True, **{missing: ""})
        door = Door(journal=front.journal, config=told, clock=front.clock, files=front.door.files)
        with pytest.raises(UserError, match=missing.upper()):
            create_app(door)


# -- the signature


@pytest.mark.parametrize("path", PATHS)
def test_a_signed_delivery_is_kept(front: FrontDoor, path: str) -> None:
    answer = front.post(envelope(message()), path=path)
    assert (answer.status_code, answer.json) == (200, {"received": True, "type": "message", "count": 1, "new": 1})
    assert [fact.key for fact in front.kept()] == ["wamid.1"]


def forged(raw: bytes) -> dict[str, str | None]:
    right = signature(raw)
    return {
        "no header": None,
        "empty": "",
        "of another secret": signature(raw, "another"),
        "of no secret": signature(raw, ""),
        "of another body": signature(raw + b" "),
        "another algorithm": f"sha1={right[7:47]}",
        "another name for it": right.replace("sha256=", "SHA256="),
        "upper case": "sha256=" + right[7:].upper(),
        "no beginning": right[7:],
        "twice in one header": f"{right}, {right}",
        "cut": right[:-1],
        "longer": right + "0",
        "not ascii": "sha256=" + "\xe9" * 64,
        "spaces": f" {right[:10]} {right[10:]}",
    }


@pytest.mark.parametrize("how", forged(b""))
def test_a_forged_signature_is_refused(front: FrontDoor, how: str) -> None:
    # fact: 1.1 unsigned
    raw = json.dumps(envelope(message())).encode()
    header = forged(raw)[how]
    headers = [] if header is None else [("X-Hub-Signature-256", header)]
    answer = front.client.post("/webhook", data=raw, headers=headers)
    assert answer.status_code == 403
    assert answer.json == {"received": False, "error": "Invalid webhook signature"}
    assert front.kept() == []


def test_two_signature_headers_are_refused_even_if_one_is_right(front: FrontDoor) -> None:
    raw = json.dumps(envelope(message())).encode()
    for pair in ((signature(raw), "sha256=00"), (signature(raw), signature(raw))):
        answer = front.client.post("/webhook", data=raw, headers=[("X-Hub-Signature-256", each) for each in pair])
        assert answer.status_code == 403
    assert front.kept() == []


def test_the_raw_bytes_count_not_what_they_mean(front: FrontDoor) -> None:
    # fact: 1.1 signature
    raw = json.dumps(envelope(message(body="caf\u00e9 @ 9/11"))).replace("/", "\\/").encode()
    assert front.client.post("/webhook", data=raw, headers={"X-Hub-Signature-256": signature(raw)}).status_code == 200
    again = json.dumps(json.loads(raw)).encode()
    assert front.client.post("/webhook", data=again, headers={"X-Hub-Signature-256": signature(raw)}).status_code == 403


# -- what was delivered


def test_the_same_delivery_twice_changes_nothing(front: FrontDoor) -> None:
    front.post(envelope(message()))
    with front.journal.write() as tx:
        assert tx.handled("wamid.1", NOW)
    again = front.post(envelope(message()))
    assert again.status_code == 200
    assert again.json == {
        "received": True,
        "type": "duplicate",
        "message_id": "wamid.1",
        "processed_at": NOW.isoformat(),
    }
    assert len(front.kept()) == 1


def test_the_same_message_in_other_bytes_is_the_same_message(front: FrontDoor, tmp_path: Path) -> None:
    # fact: 1.1 twice
    front.post(envelope(message()))
    assert front.post(json.dumps(envelope(message()), indent=2).encode()).json == {
        "received": True,
        "type": "duplicate",
        "message_id": "wamid.1",
        "processed_at": None,
    }
    front.journal.close()
    with opened(tmp_path) as restarted:
        assert restarted.post(envelope(message())).json["type"] == "duplicate"  # type: ignore[index]


def test_a_batch_brings_what_is_new_in_it(front: FrontDoor) -> None:
    front.post(envelope(message("wamid.1")))
    answer = front.post(envelope(message("wamid.1"), message("wamid.2"), message("wamid.2"), statuses=(status(),)))
    assert answer.json == {"received": True, "type": "message", "count": 4, "new": 2}
    assert [fact.key for fact in front.kept()] == ["wamid.1", "wamid.2", "wamid.9:delivered"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({}, "empty-entry"),
        ({"entry": [{"changes": []}]}, "empty-changes"),
        ({"entry": [{"changes": [{"field": "account_update", "value": {}}]}]}, "non-message-event"),
        (envelope(statuses=(status(),)), "status"),
    ],
)
def test_other_news_are_answered_200(front: FrontDoor, body: Any, kind: str) -> None:
    answer = front.post(body)
    assert (answer.status_code, answer.json["type"]) == (200, kind)  # type: ignore[index]


@pytest.mark.parametrize("raw", [b"", b"{", b"[1]", b'{"a": NaN}', b"[" * 900_000, b'"\xff"'])
def test_what_is_no_json_of_theirs_is_refused(front: FrontDoor, raw: bytes) -> None:
    answer = front.post(raw)
    assert (answer.status_code, answer.json) == (400, {"received": False, "error": "Invalid JSON payload"})


def test_three_megabytes_are_taken_and_more_are_not(front: FrontDoor) -> None:
    # fact: 1.1 three megabytes
    assert front.post(envelope(message(body="x" * 3_000_000))).status_code == 200
    assert front.post(b"x" * (LARGEST + 1)).status_code == 413


# -- trouble


def test_a_full_disk_is_503_and_heals_by_itself(front: FrontDoor) -> None:
    def pages(most: int) -> None:
        assert front.journal._narrow is not None
        front.journal._narrow.cursor().execute(f"PRAGMA max_page_count = {most}")

    front.post(envelope(message("wamid.first")))
    pages(1)
    many = envelope(*(message(f"wamid.{n}", "x" * 4000) for n in range(50)))
    answer = front.post(many)
    assert answer.status_code == 503
    assert answer.json == {"received": False, "error": "Nothing was kept; send it again"}
    pages(1_000_000)
    assert len(front.kept()) == 1
    assert front.post(many).json == {"received": True, "type": "message", "count": 50, "new": 50}


def test_a_fault_of_ours_is_written_down_and_shows_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def get(self, sha256: str) -> None:
            raise RuntimeError(f"secret detail {sha256}")

    with opened(tmp_path) as front:
        app = create_app(Door(journal=front.journal, config=front.door.config, clock=front.clock, files=Broken()))  # type: ignore[arg-type]
        token = _token()
        answer = app.test_client().get(f"/i/{token}")
    assert answer.status_code == 500
    assert b"secret detail" not in answer.data
    assert "a request broke" in caplog.text
    assert SECRET not in caplog.text


def _token() -> str:
    from studio_sync.links import view_token

    return view_token("key of the links", document="i-1", sha256="0" * 64, client="c-1", now=NOW)


def test_what_is_not_there_and_what_is_not_done_so(front: FrontDoor) -> None:
    assert front.client.get("/").status_code == 404
    assert front.client.get("/test_send").json == {"received": False, "error": "Not here"}
    assert front.client.delete("/webhook").status_code == 405


def test_a_journal_that_is_away_is_said_to_be(front: FrontDoor) -> None:
    class Away:
        def receive(self, facts: object) -> None:
            raise Unavailable("journal", "no free connection")

    door = Door(journal=Away(), config=front.door.config, clock=front.clock, files=front.door.files)  # type: ignore[arg-type]
    raw = json.dumps(envelope(message())).encode()
    away = create_app(door).test_client()
    assert away.post("/webhook", data=raw, headers={"X-Hub-Signature-256": signature(raw)}).status_code == 503


# -- a flood


def test_the_thirty_first_message_within_a_minute_is_kept_and_marked(front: FrontDoor) -> None:
    def came(first: int, count: int, seconds: int, **more: Any) -> list[bool]:
        at = str(int(NOW.timestamp()) + seconds)
        many = [message(f"wamid.{n}", timestamp=at, **more) for n in range(first, first + count)]
        front.post(envelope(*many, contacts=[]))
        front.post(envelope(*many, contacts=[]))  # delivered twice, counted once
        return [fact.many for fact in front.kept() if isinstance(fact, MessageCame)][-count:]

    assert came(0, 30, 0) == [False] * 30
    assert came(30, 3, 30) == [True] * 3
    assert came(40, 3, 30, **{"from": "447700900102"}) == [False] * 3
    assert came(50, 3, 61) == [False] * 3


# -- one id per request


def test_a_request_keeps_its_callers_id_on_its_log_lines(front: FrontDoor, caplog: pytest.LogCaptureFixture) -> None:
    answer = front.post(envelope(message()), headers={"X-Correlation-ID": "proxy-7", "X-Hub-Signature-256": "no"})
    assert answer.headers["X-Correlation-ID"] == "proxy-7"
    assert "[proxy-7]" in caplog.text


@pytest.mark.parametrize("told", ["", "a b", "x" * 65, "<script>", "é"])
def test_an_id_that_is_none_is_replaced_by_one_of_ours(front: FrontDoor, told: str) -> None:
    first = front.client.get("/healthz", headers={"X-Correlation-ID": told}).headers["X-Correlation-ID"]
    second = front.client.get("/healthz").headers["X-Correlation-ID"]
    assert first.endswith("-1")
    assert second.endswith("-2")
    assert first[:8] == second[:8]


def test_a_thousand_updates_are_one_commit(front: FrontDoor) -> None:
    # fact: 1.1 a thousand
    commits: list[int] = []
    front.journal.on_new(lambda: commits.append(1))
    answer = front.post(envelope(*(message(f"wamid.{n}") for n in range(1000))))
    assert (answer.status_code, answer.json["new"], len(commits)) == (200, 1000, 1)  # type: ignore[index]


def test_news_of_every_kind_in_one_delivery_are_kept(front: FrontDoor) -> None:
    body = envelope(message(), statuses=(status(),))
    body["entry"][0]["changes"] += [{"field": f"kind_{n}", "value": {"n": n}} for n in range(5)]
    assert front.post(body).json == {"received": True, "type": "message", "count": 7, "new": 7}
    assert front.post(body).json["type"] == "duplicate"  # type: ignore[index]


# -- while another program works


def standing_by(front: FrontDoor, standing: Standing) -> FlaskClient:
    return create_app(dataclasses.replace(front.door, stands_by=lambda: standing.by_for)).test_client()


def delivered(client: FlaskClient, body: Any, **headers: str) -> TestResponse:
    raw = json.dumps(body).encode()
    return client.post("/webhook", data=raw, headers={"X-Hub-Signature-256": signature(raw), **headers})


@pytest.mark.parametrize("shared", [False, True], ids=["one process", "web and worker apart"])
def test_who_stands_by_leaves_deliveries_with_whatsapp_for_the_one_that_works(front: FrontDoor, shared: bool) -> None:
    # facts: 1.1 exactly 200, 1.1 seven days
    worker = Standing(front.journal, "second", shared=shared)
    client = standing_by(front, Standing(front.journal, "second", shared=True) if shared else worker)
    worker.say("first")
    answer = delivered(client, envelope(message()))
    assert (answer.status_code, answer.json) == (
        503,
        {"received": False, "error": "Not the one that works; send it again"},
    )
    assert delivered(client, envelope(message()), **{"X-Hub-Signature-256": "sha256=0"}).status_code == 403
    assert front.kept() == []
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "välkommen"}
    assert client.get("/webhook", query_string=query).data == b"1158201444"
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json == {"ok": False, "stands_by": "first"}
    assert client.get("/readyz").status_code == 503

    worker.say("")
    assert delivered(client, envelope(message())).status_code == 200
    assert client.get("/readyz").status_code == 200
    assert [fact.key for fact in front.kept()] == ["wamid.1"]


def test_deliveries_that_are_tried_again_and_again_are_written_down_once(
    front: FrontDoor, caplog: pytest.LogCaptureFixture
) -> None:
    standing = Standing(front.journal, "second", shared=False)
    client = standing_by(front, standing)
    for works in ("first", "first", "", "first", "third"):
        standing.say(works)
        delivered(client, envelope(message()))
        delivered(client, envelope(message()))
    said = [record.getMessage().split(" [")[0] for record in caplog.records if "not_taken" in record.msg]
    assert said == [f"whatsapp.not_taken: {name} works" for name in ("first", "first", "third")]


def test_new_notes_take_nothing_before_somebody_looked_and_old_ones_know(front: FrontDoor) -> None:
    fresh = standing_by(front, Standing(front.journal, "test", shared=False))
    assert delivered(fresh, envelope(message())).status_code == 503
    assert fresh.get("/readyz").json == {"ok": False, "stands_by": "?"}
    Standing(front.journal, "test", shared=False).say("")
    restarted = standing_by(front, Standing(front.journal, "test", shared=False))
    assert delivered(restarted, envelope(message())).status_code == 200


def test_the_door_of_a_journal_whose_worker_works_takes_what_another_worker_of_it_would_leave(front: FrontDoor) -> None:
    first, second = (Standing(front.journal, name, shared=True) for name in ("first", "second"))
    first.say("")
    second.say("first")
    client = standing_by(front, Standing(front.journal, "web", shared=True))
    assert delivered(client, envelope(message())).status_code == 200
    first.say("elsewhere")
    assert delivered(client, envelope(message("wamid.2"))).status_code == 503
    second.say("elsewhere")
    second.say("")
    assert delivered(client, envelope(message("wamid.2"))).status_code == 200


def test_a_journal_that_cannot_be_read_takes_nothing_either(front: FrontDoor) -> None:
    def away() -> str:
        raise Unavailable("journal", "the disk is gone")

    client = create_app(dataclasses.replace(front.door, stands_by=away)).test_client()
    assert delivered(client, envelope(message())).status_code == 503
    assert client.get("/readyz").json == {"ok": False}
