"""The actors: what each event does to the world, and what is therefore true whatever the program makes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

from tests.histories.findings import seats_of
from tests.histories.hand import Hand
from tests.histories.plan import NAMES, PHONES, Event
from tests.histories.scene import OWNER, ZONE, Doc, Scene
from tests.histories.truth import Truth
from tests.histories.wire import Fault


class People:
    """Does events."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.truth = Truth()
        #: share of webhooks that Meta loses
        self._lost = 0.0
        self._acts: dict[str, Callable[[Event], None]] = {
            "client": self._client,
            "owner chat": self._owner_chat,
            "owner sheet": Hand(scene, self.truth).do,
            "owner diary": self._owner_diary,
            "meta": self._meta,
            "network": self._network,
            "clock": self._clock,
        }

    def do(self, event: Event) -> bool:
        """Do it; False when it was not possible (nothing to tap, no such row)."""
        try:
            self._acts[event.actor](event)
        except (ValueError, LookupError):
            return False
        place = (event.actor, event.act)
        self.truth.done[place] = self.truth.done.get(place, 0) + 1
        return True

    # -- phones

    def _speak(self, phone: str, **what: object) -> None:
        if self._lost:  # states may be lost for good; what someone writes never is
            self.scene.control("webhooks", {"drop": 0.0})
        wamids = self.scene.control("speak", {"phone": phone, **what})["wamids"]
        self.truth.said |= dict.fromkeys(wamids, str(what.get("text", "")))
        if self._lost:
            self.scene.control("webhooks", {"drop": self._lost})

    def _client(self, event: Event) -> None:
        args = event.args
        if event.act == "someone new writes":
            self._speak(args["phone"], text=args["text"], name="Someone")
            return
        who = args["who"]
        if event.act == "taps" or "cancel" in args.get("text", ""):
            self.truth.cancelled.add(NAMES[who])
        if who in self.truth.stopped:
            raise LookupError("she wants no more messages and writes none")
        if event.act == "stops":
            self._speak(PHONES[who], text="STOP")
            self.truth.stopped[who] = self.scene.clock.now()
        elif event.act == "taps":
            self._speak(PHONES[who], tap=args["button"])
        else:
            self._speak(PHONES[who], text=args["text"], twice=event.act == "writes twice")

    def _owner_chat(self, event: Event) -> None:
        if event.act == "taps":
            self._speak(OWNER, tap=event.args["button"])
        else:
            text = event.args["text"]
            if text == "undo" or text.startswith("cancel "):
                self.truth.cancelled.add(text.removeprefix("cancel ").removeprefix("undo"))
            self._speak(OWNER, text=text)

    # -- the diary

    def _owner_diary(self, event: Event) -> None:
        path = f"/calendar/v3/calendars/{quote(self.scene.addresses['calendar'])}/events"
        if event.act == "types an event of her own":
            start = self.scene.clock.now().astimezone(ZONE).replace(hour=13, minute=0) + timedelta(days=2)
            body = {"summary": "Dentist", **_span(start, start + timedelta(minutes=45))}
            self.truth.hers.add(self.scene.see(path, method="POST", body=body)["id"])
            return
        coming = [
            each
            for each in self.scene.events()
            if _start(each) > self.scene.clock.now() and "dateTime" in each["start"]
        ]
        chosen = coming[event.args["pick"] % len(coming)]
        self.truth.hers.add(chosen["id"])
        self.truth.touched |= set(seats_of(chosen))
        if event.act == "deletes an event":
            self.scene.see(f"{path}/{chosen['id']}", method="DELETE")
            return
        more = timedelta(minutes=event.args["minutes"])
        start, end = _start(chosen) + more, datetime.fromisoformat(chosen["end"]["dateTime"]) + more
        if start <= self.scene.clock.now():
            raise LookupError("nobody drags a session into the past")
        self.scene.see(f"{path}/{chosen['id']}", method="PATCH", body=_span(start, end))

    # -- Meta, the network, the clock

    def _meta(self, event: Event) -> None:
        if event.act == "cannot deliver to someone":
            who = event.args["who"]
            self.scene.control("phones", {"phone": PHONES[who], "fails": event.args["code"]})
            self.truth.unreachable.add(who)
            return
        self._lost = event.args.get("drop", self._lost)
        self.scene.control("webhooks", event.args)

    def _network(self, event: Event) -> None:
        args = event.args
        if event.act == "Google answers in another language":
            self.scene.net.translated = True
            return
        if event.act == "what was late arrives":
            self.scene.net.arrive(self.scene.clock.now() + timedelta(hours=1))
            return
        self.scene.net.faults.append(
            Fault(kind=args["kind"], match=args["aim"], times=args["times"], later=args["later"])
        )

    def _clock(self, event: Event) -> None:
        """Our clock jumps; what Meta is about to deliver, or a late call is about to do, comes no later for it."""
        seconds = 60 * event.args["minutes"]
        self.scene.clock.tick(seconds)
        store = self.scene.world.store
        for kind in ("todo", "hook"):
            for key, doc in store.items(kind):
                store.put(kind, key, {**doc, "due": doc["due"] + min(0, seconds)})
        back = timedelta(seconds=min(0, seconds))
        self.scene.net.late = [(when + back, do) for when, do in self.scene.net.late]


def _span(start: datetime, end: datetime) -> Doc:
    return {
        "start": {"dateTime": start.isoformat(), "timeZone": str(ZONE)},
        "end": {"dateTime": end.isoformat(), "timeZone": str(ZONE)},
    }


def _start(event: Doc) -> datetime:
    return datetime.fromisoformat(event["start"]["dateTime"])
