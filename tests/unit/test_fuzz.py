"""A thousand made-up bodies and texts per run, ten thousand under ``STUDIO_SYNC_PROVE=1``: nothing breaks the door,
and nothing that comes through it breaks a decision.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sheets_schema.snapshot import Snapshot
from sheets_schema.texts.vocabulary import vocabulary
from studio_sync.rules.decide import decide
from studio_sync.rules.effects import load_effect
from studio_sync.rules.facts import Fact, MessageCame, load_fact
from tests.unit.story import Studio
from tests.unit.test_webhook_kinds import CASES
from tests.unit.webhook_story import NOW, PHONE_ID, Doc, FrontDoor, change, envelope, message, opened, status
from webhook.foreign_json import DEEPEST
from webhook.payloads import facts_of

PROVE = bool(os.environ.get("STUDIO_SYNC_PROVE"))
BODIES, TEXTS = (10_000, 10_000) if PROVE else (1_000, 400)
BOOKED = "\nId | Date | Time | Client | State | Type\nb-1 | Wed 4 Nov | 17:00 | Thandi Maroon | booked | single"

#: values that a field may suddenly have
HOSTILE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 10**30, -(10**400), 1e308, "", " ", "\x00", "\ud83d", "\udc00x", "\u202e", "=1+1"),
    *([], {}, [[]], [None], {"": ""}, {"id": []}, "x" * 5000, "9" * 400, "\N{FULLWIDTH EQUALS SIGN}1", "\u0600" * 50),
    *("STOP", "wamid.1", "GB.77", "447700900199", "2026-13-45", "NaN", "{{1}}", "%s%n", "../../etc/passwd"),
)
#: bytes that may stand where none should
BYTES = (
    *(b"{", b"}", b"[", b"]", b":", b",", b'"', b"\\", b"\\u", b"\\ud83d", b"NaN", b"-Infinity", b"1e999", b"-0"),
    *(b"\x00", b"\xff", b"\xc3", b"\xf0\x9f", b"\xed\xa0\xbd", b"\xef\xbb\xbf", b"/*", b"'", b'"id":1,'),
    *(b"[" * (DEEPEST + 1), b'{"a":' * 70, b"9" * 5000, b"[" * 20_000),
)


def news(field: str, value: Any) -> Doc:
    return {"entry": [{"id": "1", "time": 1_793_688_000, "changes": [change(value, field)]}]}


VALID = (
    *(envelope(message(**case.told)) for case in CASES.values()),
    envelope(message(), message("wamid.2", "STOP"), statuses=(status(), status(word="failed", errors=[{"code": 1}]))),
    news("user_preferences", {"user_preferences": [{"wa_id": "447700900101", "value": "stop"}]}),
    news("smb_message_echoes", {"message_echoes": [{"id": "wamid.e", "to": "447700900101", "type": "text"}]}),
    news("message_template_status_update", {"event": "REJECTED", "message_template_name": "x", "reason": "y"}),
    news("template_category_update", {"new_category": "MARKETING", "message_template_name": "x"}),
    news("account_alerts", {"alert_info": {"alert_description": "z"}}),
    news("calls", {"calls": [{"id": "wacid.1", "from": "447700900101", "event": "connect"}]}),
)


def spoiled(value: Any, chance: random.Random) -> Any:
    """The same with a few of its leaves and branches replaced, lost, doubled or renamed."""
    if chance.random() < 0.04:
        return chance.choice(HOSTILE)
    if isinstance(value, dict):
        found = {name: spoiled(each, chance) for name, each in value.items() if chance.random() > 0.03}
        if chance.random() < 0.05:
            found[chance.choice(("id", "type", "from", "text", "errors", "context", "\ud800"))] = chance.choice(HOSTILE)
        return found
    if isinstance(value, list):
        found_list = [spoiled(each, chance) for each in value]
        return found_list * 2 if chance.random() < 0.05 else found_list
    return value


def body(chance: random.Random) -> bytes:
    """A delivery that is a little, or altogether, wrong."""
    told = chance.choice(VALID)
    raw = json.dumps(spoiled(told, chance), ensure_ascii=chance.random() < 0.8).encode("utf-8", "surrogatepass")
    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        at = chance.randrange(len(raw) + 1)
        if chance.random() < 0.5:
            raw = raw[:at] + chance.choice(BYTES) + raw[at:]
        else:
            raw = raw[:at] + raw[at + chance.randrange(1, 30) :]
    return raw[: chance.randrange(len(raw) + 1)] if chance.random() < 0.05 else raw


def text(chance: random.Random, words: list[str]) -> str:
    """Something a person might type, and much that nobody would."""
    parts: list[Callable[[], str]] = [
        lambda: chance.choice(words),
        lambda: chance.choice(("Thandi", "Sipho Amber", "everyone", "Mary", "o'Neill", "Zoë")),
        lambda: chance.choice(("8", "08h00", "25:99", "8am", "31/02", "today", "every Mon 07:30", "5 Oct", "+44 77")),
        lambda: chance.choice(("R1,000", "10%", "-5", "1e9", "R", "½", "undo 999999999999", "14")),
        lambda: "".join(chr(chance.choice((9, 10, 32, 39, 45, 61, 64, 160, 8238, 0x1F600, 0x645))) for _ in range(3)),
        lambda: "x" * chance.choice((1, 40, 5000)),
    ]
    return chance.choice((" ", " ", "\n", "")).join(chance.choice(parts)() for _ in range(chance.randrange(7)))


@pytest.fixture
def front(tmp_path: Path) -> Iterator[FrontDoor]:
    with opened(tmp_path) as front:
        yield front


@pytest.fixture(scope="module")
def busy() -> tuple[Snapshot, datetime]:
    """A studio with clients, a booking, and an open chat with each."""
    studio = Studio(bookings=BOOKED)
    return studio.snap, studio.now


def decided(snap: Snapshot, fact: Fact, now: datetime) -> None:
    """Nothing raises, and whatever follows can be kept."""
    for effect in decide(snap, load_fact(fact.model_dump_json()), now):
        assert load_effect(effect.model_dump_json()) == effect


def test_no_body_whatever_brings_the_door_down(front: FrontDoor, busy: tuple[Snapshot, datetime]) -> None:
    snap, now = busy
    chance = random.Random(20261103)
    answers = {200: 0, 400: 0}
    for _ in range(BODIES):
        raw = body(chance)
        answers[front.post(raw).status_code] += 1  # KeyError: something else than kept or refused
        if answers[200] % 5 == 0:
            try:
                facts = facts_of(raw, NOW, PHONE_ID)
            except ValueError:
                continue
            for fact in facts:
                decided(snap, fact.model_copy(update={"at": now}), now)
    assert min(answers.values()) > BODIES // 20


def test_no_text_whatever_breaks_a_decision(busy: tuple[Snapshot, datetime]) -> None:
    snap, now = busy
    chance = random.Random(20261104)
    known = vocabulary("en")
    words = [word for table in (known.client, known.owner, known.answers) for group in table.values() for word in group]
    people = ("+447700900199", "+447700900101", "+447700900102", "+447700900190", "")
    for number in range(TEXTS):
        phone = chance.choice(people)
        said = MessageCame(
            key=f"wamid.{number}",
            at=now,
            phone=phone,
            user_id="" if phone else "GB.77",
            text=text(chance, words),
            choice=chance.choice(("", "", "", "say_today", "answer_q-1_x", "reject_b-1", "late_", "_", "answer__")),
            form=chance.choice(("text", "text", "text", "tap", "list", "flow", "order", "location")),
        )
        decided(snap, said, now)
