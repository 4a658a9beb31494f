"""Brings the news to the program under test: states of messages as they change, and signed webhooks until answered 200.

Everything planned stands in the store, so a killed stand-in loses nothing and delivers some things twice, as Meta does.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import requests

from emulator.clock import instant
from emulator.store import Doc
from emulator.whatsapp import chat, media, pending, verdicts
from emulator.whatsapp.account import account, change, phone
from emulator.world import World

#: how long one POST may take before it counts as not answered
PATIENCE = 10.0
#: media behind a link is asked for once in 10 minutes
LINK_KEPT = 600.0
#: most bytes of one POST
MOST_BYTES = 3 * 1024 * 1024
MEDIA_ERROR = (131053, "Media upload error", "Unable to download the media from the link")


class Courier:
    """Does what is due: `step` once, by hand; `start` keeps doing it in threads."""

    def __init__(self, world: World, session: Callable[[], requests.Session] | None = None) -> None:
        """`session` makes the client that reaches the program; one with a mounted adapter needs no sockets."""
        self._world = world
        self._session = session or plain_session
        self._busy: set[str] = set()
        #: what was fetched lately: address -> when, what
        self._links: dict[str, tuple[float, Doc]] = {}
        #: the last POST got no answer at all; when one does again, nothing else waits out its gap
        self._silent = False
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="courier")
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Work in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; what is planned waits for the next start."""
        self._stop.set()
        self._world.wake.set()
        if self._thread.is_alive():
            self._thread.join(5)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def step(self) -> int:
        """Do everything that is due now, one after the other; returns how many things were done."""
        done = self.progress()
        batches = self._claim()
        try:
            for batch in batches:
                self._deliver(batch)
                done += 1
        finally:
            # Whoever takes a delivery in this process may die of it: the others are still to be brought.
            self._busy.difference_update(key for batch in batches for key in batch)
        return done

    def progress(self) -> int:
        """Move messages on whose time has come, and wake templates that rested."""
        verdicts.wake(self._world)
        due = [(key, todo) for key, todo in self._world.store.items("todo") if self._is_due(todo)]
        for key, todo in sorted(due, key=lambda pair: (pair[1]["due"], pair[0])):
            self._do(key, todo)
        return len(due)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._world.wake.clear()
            self.progress()
            for batch in self._claim():
                self._pool.submit(self._deliver, batch)
            self._world.wake.wait(self._pause())

    def _pause(self) -> float:
        """Real seconds until the next thing is due; a steered clock may jump, so never long."""
        if not self._ready():
            waiting = [todo for _, todo in self._world.store.items("todo")]
        else:
            waiting = [
                doc for kind in ("todo", "hook") for key, doc in self._world.store.items(kind) if key not in self._busy
            ]
        gaps = [doc["due"] - pending.now(self._world, doc["by"]) for doc in waiting]
        return float(max(0.002, min([0.2, *gaps])))

    def _is_due(self, doc: Doc) -> bool:
        return bool(doc["due"] <= pending.now(self._world, doc["by"]))

    def _do(self, key: str, todo: Doc) -> None:
        fetched = self._fetched(todo) if todo["step"] == "fetch" else None
        with self._world.store.transaction():
            self._world.store.drop("todo", key)
            wamid, step = todo["wamid"], todo["step"]
            entry = chat.entry(self._world, wamid)
            if entry is None:
                return
            who = phone(self._world, entry["phone"])
            if step == "fetch" and fetched is not None:
                chat.update(self._world, wamid, media={**entry["media"], **fetched})
                step = "sent"
            elif step == "fetch":
                todo, step = {**todo, "error": pending.failure(MEDIA_ERROR)}, "failed"
            if step == "delivered" and (who["off"] or who["blocked"]):
                return
            if step == "delivered" and who["open"]:
                # Read as it arrives: `delivered` is not told then.
                step = "read"
            if not chat.advance(self._world, wamid, step, todo.get("error")):
                return
            entry = chat.entry(self._world, wamid) or entry
            pending.enqueue(self._world, "messages", pending.status_value(self._world, entry, step), f"{step} {wamid}")
            if step == "delivered" and who["attentive"]:
                pending.plan(self._world, wamid, "read", pending.settings(self._world)["read"])

    def _fetched(self, todo: Doc) -> Doc | None:
        """The media behind a link, as WhatsApp fetches it before sending; None if it cannot."""
        entry = chat.entry(self._world, todo["wamid"]) or {"media": {}}
        known = self._links.get(todo["link"])
        if known and pending.now(self._world, "clock") - known[0] < LINK_KEPT:
            return known[1]
        try:
            with self._session() as session:
                answer = session.get(todo["link"], timeout=PATIENCE)
            answer.raise_for_status()
        except requests.RequestException:
            return None
        content = answer.content
        guessed = (
            "application/pdf"
            if content.startswith(b"%PDF")
            else "image/png"
            if content[1:4] == b"PNG"
            else "image/jpeg"
        )
        kept = media.keep(self._world, content, guessed, "business", entry["media"].get("filename"))
        found = {"id": kept["id"], "mime_type": guessed}
        self._links[todo["link"]] = (pending.now(self._world, "clock"), found)
        return found

    def _ready(self) -> bool:
        return bool(account(self._world)["webhook"]) and not pending.settings(self._world)["hold"]

    def _claim(self) -> list[list[str]]:
        """Due webhooks, oldest first, in the groups in which they go out."""
        if not self._ready():
            return []
        most = max(1, int(pending.settings(self._world)["batch"]))
        with self._world.lock:
            due = [(hook["due"], key, hook) for key, hook in self._world.store.items("hook") if self._is_due(hook)]
            mine = [(key, hook) for _, key, hook in sorted(due, key=lambda each: each[:2]) if key not in self._busy]
            self._busy.update(key for key, _ in mine)
        groups: list[list[str]] = []
        room = 0
        for key, hook in mine:
            size = len(_wire(hook["changes"])) if most > 1 else 0
            if not groups or len(groups[-1]) >= most or size > room:
                groups.append([])
                # The frame around the changes takes some of it.
                room = MOST_BYTES - 1024
            groups[-1].append(key)
            room -= size
        return groups

    def _deliver(self, keys: list[str]) -> None:
        world = self._world
        try:
            hooks = [(key, hook) for key in keys if (hook := world.store.get("hook", key))]
            if not hooks:
                return
            changes = [each for _, hook in hooks for each in hook["changes"]]
            status = self._post(changes) if not self._stop.is_set() else 0
            with world.store.transaction():
                for key, hook in hooks:
                    if (world.store.get("hook", key) or {}).get("changes") != hook["changes"]:
                        # The world was emptied meanwhile: what stands under this key now is another's.
                        continue
                    if status == 200:
                        world.store.drop("hook", key)
                    else:
                        self._later(key, hook)
            if status == 200 and self._silent:
                pending.hurry(world)
            self._silent = status == 0
            news = {"status": status, "what": [hook["what"] for _, hook in hooks]}
            world.bus.publish("webhook", {**news, "waiting": world.store.count("hook")})
        finally:
            self._busy.difference_update(keys)
            world.wake.set()

    def _later(self, key: str, hook: Doc) -> None:
        wanted = pending.settings(self._world)
        if self._world.clock.now() - instant(hook["since"]) > timedelta(days=wanted["retry_days"]):
            self._world.store.drop("hook", key)
            self._world.number("webhooks given up")
            return
        gap = min(wanted["retry_first"] * 2 ** min(hook["attempts"], 30), wanted["retry_most"])
        due = pending.now(self._world, hook["by"]) + gap
        self._world.store.put("hook", key, {**hook, "attempts": hook["attempts"] + 1, "due": due})

    def _entries(self, account_id: str, changes: list[Doc]) -> list[Doc]:
        """One entry for what people did; each change of the account in one of its own, which has the time."""
        entries: list[Doc] = []
        for each in changes:
            if each["field"] not in pending.UNTIMED:
                now = int(self._world.clock.now().timestamp())
                entries.append({"id": account_id, "time": now, "changes": [each]})
            elif entries and "time" not in entries[-1]:
                entries[-1]["changes"].append(each)
            else:
                entries.append({"id": account_id, "changes": [each]})
        return entries

    def _post(self, changes: list[Doc]) -> int:
        """One signed POST; 0 when there was no answer."""
        known = account(self._world)
        if not known["verified"] and not verify(self._world, self._session):
            return 0
        body = {"object": "whatsapp_business_account", "entry": self._entries(known["waba_id"], changes)}
        raw = _wire(body)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature-256": signature(known["app_secret"], raw),
        }
        try:
            with self._session() as session:
                answer = session.post(
                    known["webhook"], data=raw, headers=headers, timeout=PATIENCE, allow_redirects=False
                )
        except requests.RequestException:
            return 0
        return answer.status_code


def _wire(body: Any) -> bytes:
    """Meta escapes non-ASCII letters and slashes: whoever signs a re-serialised body finds out here."""
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()


def signature(secret: str, raw: bytes) -> str:
    """The value of X-Hub-Signature-256 for these bytes."""
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def plain_session() -> requests.Session:
    """A client that goes straight to loopback, whatever proxies the environment names."""
    session = requests.Session()
    session.trust_env = False
    return session


def verify(world: World, make: Callable[[], requests.Session] = plain_session) -> bool:
    """Meta's handshake: the address must answer 200 with the bare challenge."""
    known = account(world)
    challenge = str(world.number("challenge", 1158201444))
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": known["verify_token"]}
    try:
        with make() as session:
            answer = session.get(known["webhook"], params=query, timeout=PATIENCE)
    except requests.RequestException:
        return False
    verified = answer.status_code == 200 and answer.text == challenge
    if verified:
        change(world, {"verified": True})
    return verified
