"""Messages: once, in order, explainable, whatever WhatsApp answers; and the owner hears when it does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from studio_sync.rules.effects import Mail, PutRow, Send
from studio_sync.rules.ink import message_id
from tests.hallway.room import LERATO, OWNER, SIPHO, THANDI, Room, local

SURE = ("400", "401", "403", "429", "503", "graph.131056", "graph.130429")
UNSURE = ("500", "lost", "cut", "refuse", "reset", "408")


class Killed(BaseException):
    """The plug was pulled at this moment."""


def send(key: str, to: str = THANDI, **more: Any) -> Send:
    who = {THANDI: "c-THANDI", SIPHO: "c-SIPHO", LERATO: "c-LERATO"}.get(to, "owner")
    more.setdefault("text", "talk.own_words")
    more.setdefault("body", key)
    return Send(key=key, to=to, who=who, name="x", to_owner=to == OWNER, **more)


def queue(room: Room, *sends: Send | Mail) -> None:
    with room.journal.write() as tx:
        for one in sends:
            cells = {"state": "waiting", "key": one.key, "way": "out"}
            if isinstance(one, Send):
                cells |= {"kind": one.text, "number": one.to, "client_id": one.who, "text": one.body}
            row = PutRow(key=f"{one.key}/r", tab="messages", row_id=message_id(one.key), cells=cells, projection=True)
            tx.put_effects(one.key, [row, one] if isinstance(one, Send) else [one], room.clock.now())


def open_chat(room: Room, *phones: str) -> None:
    """They wrote a moment ago, so free text may be sent."""
    with room.journal.write() as tx:
        for phone in phones:
            tx.heard(phone, room.clock.now())
    for phone in phones:
        room.post("speak", {"phone": phone, "text": "hi"})


def state(room: Room, key: str) -> str:
    return next(line.state for line in room.outbox() if line.key == key)


def row(room: Room, key: str) -> dict[str, Any]:
    room.run(4, watch=False)
    return room.row("messages", message_id(key))


def at_post(room: Room, happens: Callable[[Callable[[], Any]], Any]) -> None:
    """Let the next POST happen inside ``happens``."""
    lane: Any = next(lane for lane, _ in room.studio.lanes if lane.name == "messages")
    messenger = lane._messenger
    post = messenger.send

    def once(message: Any) -> Any:
        messenger.send = post
        return happens(lambda: post(message))

    messenger.send = once


@pytest.mark.parametrize("cls", ["once", "at_least_once"])
@pytest.mark.parametrize("answer", SURE)
def test_what_surely_did_not_leave_goes_once_when_it_can(room: Room, answer: str, cls: Any) -> None:
    open_chat(room, THANDI)
    room.fault("whatsapp.messages", answer)
    queue(room, send("a", cls=cls))
    room.run(90, watch=False)
    if answer == "400":  # it is the content: said, not repeated
        assert (room.said(THANDI), state(room, "a")) == ([], "dropped")
        assert row(room, "a")["state"] == "not sent"
    else:
        assert (room.said(THANDI), state(room, "a")) == (["a"], "done")


@pytest.mark.parametrize("answer", UNSURE)
def test_a_lost_answer_is_settled_by_its_class(room: Room, answer: str) -> None:
    # fact: 0 no key on sending
    open_chat(room, THANDI, SIPHO, LERATO)
    arrives = answer in {"lost", "cut"}
    for to, cls in ((THANDI, "once"), (SIPHO, "at_least_once"), (LERATO, "fresh")):
        room.fault("whatsapp.messages", answer)
        queue(room, send(f"m-{cls}", to, cls=cls))
        room.run(2, watch=False)
        room.mend()
    room.tick(121)
    room.run(8, watch=False)
    assert room.said(THANDI) == ["m-once"] * arrives
    assert (state(room, "m-once"), row(room, "m-once")["state"]) == ("held", "held")
    assert "Not sure this reached" in str([q.get("about") for q in room.rows("questions")])
    assert room.said(SIPHO) == ["m-at_least_once"] * (1 + arrives)
    assert state(room, "m-at_least_once") == "done"
    assert room.said(LERATO) == ["m-fresh"] * arrives
    assert state(room, "m-fresh") == "dropped"


def test_twice_no_word_is_said_to_the_owner(room: Room) -> None:
    open_chat(room, THANDI)
    room.fault("whatsapp.messages", "500", times=2)
    queue(room, send("a"))
    for _ in range(3):
        room.run(3, watch=False)
        room.tick(121)
    room.run(4, watch=False)
    assert (state(room, "a"), row(room, "a")["state"]) == ("dropped", "not sent")
    assert any("could not be told" in str(q.get("about")) for q in room.rows("questions"))


@pytest.mark.sockets
def test_a_late_status_clears_what_was_held(room: Room) -> None:
    open_chat(room, THANDI)
    room.fault("whatsapp.messages", "lost")
    queue(room, send("a", cls="once"))
    room.run(3, watch=False)
    room.tick(121)
    room.run(3, watch=False)
    assert state(room, "a") == "held"
    room.status("a", "delivered")
    assert (row(room, "a")["state"], state(room, "a")) == ("delivered", "done")
    assert room.said(THANDI) == ["a"]


def test_a_status_that_is_quicker_than_our_own_answer(room: Room) -> None:
    # fact: 1.2 our key comes back
    open_chat(room, THANDI)

    def quick(post: Callable[[], Any]) -> Any:
        wamid = post()
        room.status("a", "delivered", str(wamid))
        room.lane("decide")()
        return wamid

    at_post(room, quick)
    queue(room, send("a"))
    room.run(3, watch=False)
    assert (row(room, "a")["state"], state(room, "a")) == ("delivered", "done")
    room.tick(300)
    room.run(3, watch=False)
    assert room.said(THANDI) == ["a"]


@pytest.mark.parametrize("arrived", [False, True])
@pytest.mark.parametrize("cls", ["once", "at_least_once", "fresh"])
def test_the_plug_is_pulled_around_the_post(room: Room, cls: Any, arrived: bool) -> None:
    open_chat(room, THANDI)

    def pulled(post: Callable[[], Any]) -> Any:
        if arrived:
            post()
        raise Killed

    at_post(room, pulled)
    queue(room, send("a", cls=cls))
    with pytest.raises(Killed):
        room.run(3, watch=False)
    room.restart()
    room.run(3, watch=False)
    room.tick(121)
    room.run(6, watch=False)
    if cls == "at_least_once":
        assert (room.said(THANDI), state(room, "a")) == (["a"] * (1 + arrived), "done")
    else:
        assert (room.said(THANDI), state(room, "a")) == (["a"] * arrived, "held" if cls == "once" else "dropped")


def test_only_the_person_in_a_hurry_waits_and_her_order_is_kept(room: Room) -> None:
    open_chat(room, THANDI, SIPHO)
    room.fault("whatsapp.messages", "graph.131056")
    queue(room, *(send(f"t{n}", THANDI) for n in range(4)), *(send(f"s{n}", SIPHO) for n in range(4)))
    room.round()
    assert room.said(SIPHO) == ["s0", "s1", "s2", "s3"]
    assert room.said(THANDI) == []
    room.run(30, watch=False)
    assert room.said(THANDI) == ["t0", "t1", "t2", "t3"]
    assert room.studio.health() == {}


def test_a_refused_token_stops_all_and_the_owner_hears_by_mail(room: Room) -> None:
    # fact: 1.4 token
    open_chat(room, THANDI, SIPHO)
    room.post("revoke", {"token": "meta.*"})
    queue(room, send("a"), send("b", SIPHO, cls="once"))
    room.run(110, watch=False, turn=True)
    assert len(room.calls("whatsapp.messages")) <= 3
    mail = room.mails()[-1]
    assert "WhatsApp does not take our messages since 06:30" in str(mail)
    assert room.rows("today")[0]["time"].startswith("WhatsApp takes no messages since")
    room.post("revoke", {"token": "meta.*", "undo": True})
    room.run(70, watch=False, turn=True)
    assert (room.said(THANDI), room.said(SIPHO)) == (["a"], ["b"])
    assert room.studio.health() == {}
    assert len([m for m in room.mails() if "WhatsApp does not" in str(m)]) == 1


def test_google_silent_for_a_minute_is_told_by_whatsapp_and_so_is_its_return(room: Room) -> None:
    open_chat(room, OWNER)
    room.fault("google.*", "503", times=None)
    room.run(80, turn=True)
    assert any("Google has not answered since" in text for text in room.said(OWNER))
    room.mend()
    room.run(30, turn=True)
    assert any("Google is back" in text for text in room.said(OWNER))


def test_a_short_silence_is_nobodys_business(room: Room) -> None:
    room.fault("google.*", "503", times=None)
    room.run(40, turn=True)
    room.mend()
    room.run(40, turn=True)
    assert not any("Google" in text for text in room.said(OWNER))


def test_quiet_hours_and_a_clock_that_jumps(room: Room) -> None:
    room.clock.set(local(3, 23))
    room.tick(0)
    about = "booking:b-WED1PIETER:booked"
    queue(room, send("a", about=about, text="talk.own_words"))
    with room.journal.write() as tx:
        tx.heard(THANDI, room.clock.now() - timedelta(hours=2))
    room.run(3, watch=False)
    assert (state(room, "a"), room.said(THANDI)) == ("waiting", [])
    assert row(room, "a")["state"] == "waiting"
    room.restart()
    room.post("speak", {"phone": THANDI, "text": "hi"})
    room.clock.set(local(4, 7, 1))
    room.tick(0)
    room.run(3, watch=False)
    assert room.said(THANDI) == ["a"]


def test_what_is_no_longer_true_at_the_last_moment_does_not_leave(room: Room) -> None:
    open_chat(room, THANDI)
    queue(room, send("a", about="booking:b-FRI1THANDI:cancelled"), send("b", deadline=room.clock.now()))
    room.tick(1)
    room.run(3, watch=False)
    assert (state(room, "a"), state(room, "b"), room.said(THANDI)) == ("dropped", "dropped", [])


def test_without_a_window_and_without_a_template_the_owner_is_told(room: Room) -> None:
    # fact: 1.3 window
    queue(room, send("a"))
    room.run(4, watch=False)
    assert room.said(THANDI) == []
    assert any("could not be told" in str(q.get("about")) for q in room.rows("questions"))


def test_a_mail_is_sent_once_and_one_in_doubt_is_held(room: Room) -> None:
    good = Mail(key="a", to="thandi@nowhere.example", subject="one", body="x")
    queue(room, good)
    room.run(3, watch=False)
    assert [mail["subject"] for mail in room.mails()] == ["one"]
    room.run(3, watch=False)
    assert len(room.mails()) == 1


def test_no_mail_reaches_a_client_while_the_studio_only_watches(room: Room) -> None:
    at = next(n for n, line in enumerate(room.grid("settings"), 1) if "mode" in line)
    heads = room.grid("settings")[0]
    room.owner("type", cell=f"Settings!{chr(65 + heads.index('Value'))}{at}", text="watch")
    room.run(6)
    queue(room, Mail(key="a", to="thandi@nowhere.example", subject="one", body="x"), send("b"))
    queue(room, Mail(key="c", to="hello@nowhere.example", subject="two", body="x"))
    room.run(3, watch=False)
    assert [mail["subject"] for mail in room.mails()] == ["two"]
    assert room.said(THANDI) == []
