"""What all stand-ins share: store, clock, scripted faults, quotas, news, control plane."""

from __future__ import annotations

import json
import smtplib
import threading
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient

from emulator.clock import Clock
from emulator.disks import Memory
from emulator.gateway import ConnectionDropped
from emulator.store import Store
from emulator.world import World
from tests.emulator.conftest import Emulator
from tests.emulator.receiver import Receiver


class TestStore:
    @pytest.mark.parametrize("name", ["a.sqlite", None], ids=["on a file", "in memory"])
    def test_a_failed_transaction_leaves_no_trace_even_of_changes_in_place(
        self, tmp_path: Path, name: str | None
    ) -> None:
        store = Store(tmp_path / name if name else None)
        store.put_blob("photo", b"before")
        store.put("sheet", "one", {"rows": [1]})
        store.put("sheet", "two", {"rows": []})

        def change() -> None:
            with store.transaction():
                document = store.get("sheet", "one")
                assert document is not None
                document["rows"].append(2)
                store.put("sheet", "one", document)
                store.drop("sheet", "two")
                store.put("sheet", "three", {})
                store.put_blob("photo", b"after")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            change()
        assert list(store.items("sheet")) == [("one", {"rows": [1]}), ("two", {"rows": []})]
        assert store.blob("photo") == b"before"
        store.close()

    def test_documents_keep_the_order_of_their_first_put_also_in_the_next_life(self, tmp_path: Path) -> None:
        store = Store(tmp_path / "a.sqlite")
        for key in ("b", "a", "c"):
            store.put("kind", key, {})
        store.put("kind", "b", {"changed": True})
        store.close()
        again = Store(tmp_path / "a.sqlite")
        assert [key for key, _ in again.items("kind")] == ["b", "a", "c"]
        again.close()

    def test_a_world_in_memory_begins_as_another_was_and_goes_its_own_way(self) -> None:
        memory = Memory()
        first = Store(memory=memory)
        first.put("kind", "one", {"n": 1})
        second = Store(memory=memory.copy())
        second.put("kind", "one", {"n": 2})
        assert Store(memory=memory.copy()).get("kind", "one") == first.get("kind", "one") == {"n": 1}

    def test_nested_transactions_are_one(self) -> None:
        store = Store()

        def change() -> None:
            with store.transaction():
                with store.transaction():
                    store.put("kind", "inner", {})
                raise ValueError("late")

        with pytest.raises(ValueError, match="late"):
            change()
        assert store.get("kind", "inner") is None
        store.close()


class TestClock:
    def test_it_is_set_advanced_and_runs_at_its_rate_in_every_process_that_reads_the_file(self, tmp_path: Path) -> None:
        real = [datetime(2026, 11, 20, 10, tzinfo=UTC)]
        clock = Clock(tmp_path / "clock.json", real=lambda: real[0])
        assert clock.now() == real[0]
        clock.set(datetime(2026, 11, 3, 4, tzinfo=UTC), rate=600)
        real[0] += timedelta(seconds=6)
        assert clock.now() == datetime(2026, 11, 3, 5, tzinfo=UTC)
        clock.advance(1800)
        other = Clock(tmp_path / "clock.json", real=lambda: real[0])
        assert other.now() == clock.now() == datetime(2026, 11, 3, 5, 30, tzinfo=UTC)
        clock.set(datetime(2026, 11, 1, tzinfo=UTC), rate=0)
        real[0] += timedelta(days=1)
        assert clock.now() == datetime(2026, 11, 1, tzinfo=UTC)
        clock.release()
        assert clock.now() == real[0]


class TestFaults:
    def test_a_rule_is_skipped_used_up_and_gone(self, client: FlaskClient) -> None:
        add = {"match": "google.oauth.*", "kind": "503", "times": 2, "skip": 1}
        client.post("/_emulator/faults", json={"add": add})
        statuses = [client.post("/token").status_code for _ in range(4)]
        assert statuses == [200, 503, 503, 200]
        assert client.get("/_emulator/faults").get_json() == {"rules": []}

    def test_a_rule_ends_by_the_clock(self, client: FlaskClient, world: World) -> None:
        client.post("/_emulator/faults", json={"add": {"match": "google.*", "kind": "503", "seconds": 60}})
        answer = client.post("/token")
        assert answer.status_code == 503
        world.clock.advance(61)
        assert client.post("/token").status_code == 200

    def test_in_process_a_dropped_connection_is_an_exception(self, client: FlaskClient, world: World) -> None:
        for kind, applied in (("reset", False), ("refuse", False), ("lost", True)):
            client.post("/_emulator/faults", json={"add": {"match": "*", "kind": kind, "times": 1}})
            with pytest.raises(ConnectionDropped) as dropped:
                client.post("/token")
            assert dropped.value.applied is applied

    def test_a_stale_read_answers_as_before(self, client: FlaskClient) -> None:
        number = "/v26.0/106540352242922?fields=verified_name"
        assert client.get(number).get_json()["verified_name"] == "Nowhere Street Pilates"
        client.post("/_emulator/account", json={"name": "Elsewhere"})
        client.post("/_emulator/faults", json={"add": {"match": "whatsapp.get", "kind": "stale", "times": 1}})
        assert client.get(number).get_json()["verified_name"] == "Nowhere Street Pilates"
        assert client.get(number).get_json()["verified_name"] == "Elsewhere"

    def test_half_an_answer_over_the_wire(self, emulator: Emulator) -> None:
        emulator.verb("faults", add={"match": "oauth.*", "kind": "cut", "times": 1})
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            emulator.post("/token")

    @pytest.mark.parametrize(
        "rule", [{"kind": "boom"}, {"kind": "503", "often": 2}, {"kind": "200"}, {"until": "soon"}]
    )
    def test_a_wrong_rule_is_refused_in_words(self, client: FlaskClient, rule: dict[str, str]) -> None:
        answer = client.post("/_emulator/faults", json={"add": rule})
        assert answer.status_code == 400
        assert answer.get_json()["error"]


class TestControlPlane:
    def test_every_verb_says_what_it_does(self, client: FlaskClient) -> None:
        verbs = client.get("/_emulator/").get_json()["verbs"]
        named = {verb["verb"].split(" /_emulator/")[1] for verb in verbs}
        wanted = {"reset", "clock", "faults", "quota", "revoke", "unshare", "dump", "speak", "app", "templates", "plug"}
        assert wanted <= named
        assert all(verb["help"] for verb in verbs)

    def test_an_unknown_path_names_itself(self, client: FlaskClient) -> None:
        answer = client.get("/gmail/v1/users/me/messages")
        assert answer.status_code == 501
        message = "The stand-in has no GET /gmail/v1/users/me/messages"
        assert answer.get_json() == {"error": {"code": 501, "message": message, "status": "UNIMPLEMENTED"}}

    def test_reset_empties_the_world_and_lets_the_clock_go(self, client: FlaskClient, world: World) -> None:
        client.post("/_emulator/clock", json={"set": "2026-11-03T06:00:00+02:00", "rate": 0})
        client.post("/_emulator/speak", json={"phone": "447700900101", "text": "hello"})
        client.post("/_emulator/reset")
        assert client.get("/_emulator/phones").get_json() == {"phones": []}
        assert client.get("/_emulator/clock").get_json()["steered"] is False

    def test_pulling_the_plug_writes_a_wish_for_the_parent(self, emulator: Emulator) -> None:
        emulator.verb("plug", seconds=3)
        wish = json.loads((emulator.data / "plug.json").read_text())
        assert wish == {"number": 1, "seconds": 3.0}

    def test_why_and_metrics_of_a_program_that_is_down(self, emulator: Emulator) -> None:
        assert emulator.get("/_emulator/metrics")["down"] is True
        emulator.verb("app", admin="http://127.0.0.1:9")
        assert emulator.get("/_emulator/why/wamid.x") == {"down": True, "reason": "ConnectionError"}

    def test_an_address_that_does_not_know_the_handshake_is_not_used(self, emulator: Emulator) -> None:
        receiver = Receiver()
        told = emulator.verb("app", webhook=receiver.url, verify_token="wrong", app_secret="s3cret")
        assert told["verified"] is False
        emulator.verb("speak", phone="447700900101", text="hello")
        told = emulator.verb("app", verify_token="t0ken")
        assert told["verified"] is False
        receiver.wait(lambda: receiver.messages)
        assert emulator.get("/_emulator/app")["verified"] is True
        receiver.close()

    def test_it_ends_cleanly_when_asked_also_while_a_page_listens(self, mortal_emulator: Emulator) -> None:
        with requests.get(f"{mortal_emulator.base}/_emulator/events", stream=True, timeout=20):
            assert mortal_emulator.end() == 0


class TestNews:
    def test_the_page_hears_every_change_once_and_catches_up_after_a_pause(self, emulator: Emulator) -> None:
        seen: list[str] = []
        with requests.get(f"{emulator.base}/_emulator/events?since=0", stream=True, timeout=20) as stream:
            lines = stream.iter_lines(decode_unicode=True)
            assert any(line == "event: hello" for line in lines)
            emulator.verb("speak", phone="447700900101", text="hello")
            for line in lines:
                seen.append(line)
                if line.startswith("data:") and "event: chat" in seen:
                    break
        last = next(line.split(" ")[1] for line in reversed(seen) if line.startswith("id: "))
        emulator.verb("speak", phone="447700900101", text="again")
        headers = {"Last-Event-ID": last}
        with requests.get(f"{emulator.base}/_emulator/events", stream=True, timeout=20, headers=headers) as stream:
            ids = []
            for line in stream.iter_lines(decode_unicode=True):
                if line.startswith("id: "):
                    ids.append(int(line[4:]))
                if line == "event: chat":
                    break
        assert ids[0] == int(last) + 1
        assert ids == sorted(set(ids))

    def test_many_listeners_leave_room_for_calls(self, emulator: Emulator) -> None:
        streams = [requests.get(f"{emulator.base}/_emulator/events", stream=True, timeout=20) for _ in range(8)]
        answers: list[int] = []
        threads = [
            threading.Thread(target=lambda: answers.append(len(emulator.get("/_emulator/clock")))) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [3] * 8
        for stream in streams:
            stream.close()


class TestMail:
    def mail(self, subject: str) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = subject, "studio@nowhere.example", "zoe@nowhere.example"
        mail.set_content("Hello Zoë,\n.here is a line with a dot.\n")
        mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="INV-1.pdf")
        return mail

    def test_a_mail_with_a_document_is_kept_also_when_the_stand_in_is_killed(self, mortal_emulator: Emulator) -> None:
        where = mortal_emulator.addresses["smtp"]
        with smtplib.SMTP(where["host"], where["port"], timeout=20) as post:
            post.send_message(self.mail("Invoice for Zoë"))
            post.send_message(self.mail("Second"))
        mortal_emulator.kill()
        mortal_emulator.start()
        first, second = mortal_emulator.get("/_emulator/mails")["mails"]
        assert (first["subject"], second["subject"]) == ("Invoice for Zoë", "Second")
        assert first["to"] == ["zoe@nowhere.example"]
        assert first["text"] == "Hello Zoë,\n.here is a line with a dot.\n"
        assert first["attachments"] == [{"filename": "INV-1.pdf", "mime_type": "application/pdf", "size": 8}]
        part = requests.get(f"{mortal_emulator.base}/_emulator/mails/1/parts/0", timeout=20)
        assert part.content == b"%PDF-1.4"

    def test_scripted_faults_meet_mail_too(self, emulator: Emulator) -> None:
        where = emulator.addresses["smtp"]
        rules = [{"match": "smtp.data", "kind": "503", "times": 1}, {"match": "mail.*", "kind": "lost", "times": 1}]
        emulator.verb("faults", add=rules)
        with smtplib.SMTP(where["host"], where["port"], timeout=20) as post, pytest.raises(smtplib.SMTPDataError):
            post.send_message(self.mail("Refused"))
        post = smtplib.SMTP(where["host"], where["port"], timeout=20)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            post.send_message(self.mail("Taken, answer lost"))
        post.close()
        assert [mail["subject"] for mail in emulator.get("/_emulator/mails")["mails"]] == ["Taken, answer lost"]
