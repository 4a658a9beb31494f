"""The way to Google: sign-ins, the base address, and that nothing is asked of the real Google by mistake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from requests.adapters import BaseAdapter

from studio_sync.adapters.drive import share
from studio_sync.adapters.google_http import GoogleHttp, sign_in
from studio_sync.adapters.outcomes import Call
from studio_sync.adapters.sheets import SheetsWorkbook, create_workbook
from studio_sync.errors import OutsideError, Refused, Unavailable, UserError
from tests.contract.conftest import StandIn, google_at
from tests.contract.expected import SILENCE, meaning


def key_file(base: str) -> dict[str, str]:
    """A service account's key whose tokens come from the stand-in."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return {
        "type": "service_account",
        "private_key": pem,
        "client_email": "studio@nowhere.example",
        "token_uri": f"{base}/token",
    }


def own_sign_in(base: str) -> dict[str, str]:
    secrets = {"client_id": "id", "client_secret": "s", "refresh_token": "r"}
    return {"type": "authorized_user", **secrets, "token_uri": f"{base}/token"}


@pytest.mark.parametrize("kind", [key_file, own_sign_in])
def test_a_key_and_an_own_sign_in_fetch_their_token_and_are_let_in(
    google: GoogleHttp, stand_in: StandIn, kind: Any
) -> None:
    book = create_workbook(google, "Nowhere Street Pilates", locale="en_GB", zone="Europe/London")
    way = GoogleHttp(sign_in(json.dumps(kind(stand_in.base))), base=stand_in.base)
    assert SheetsWorkbook(way, book.id).shape().title == "Nowhere Street Pilates"
    assert stand_in.calls("oauth.token") == 1


def test_no_answer_is_laid_out_for_reading(google: GoogleHttp) -> None:
    book = create_workbook(google, "Nowhere Street Pilates", locale="en_GB", zone="Europe/London")
    answer = google.ask("sheets", Call.READ, "GET", f"https://sheets.googleapis.com/v4/spreadsheets/{book.id}")
    assert answer.json()["spreadsheetId"] == book.id
    assert "\n" not in answer.text


def test_a_service_account_owns_no_files(stand_in: StandIn) -> None:
    way = GoogleHttp(sign_in(json.dumps(key_file(stand_in.base))), base=stand_in.base)
    with pytest.raises(Refused) as refusal:
        create_workbook(way, "x", locale="en_GB", zone="Europe/London")
    assert refusal.value.code == 403  # facts 0.5


def test_a_key_may_lie_in_a_file(stand_in: StandIn, tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_text(json.dumps(own_sign_in(stand_in.base)))
    assert GoogleHttp(sign_in(str(path)), base=stand_in.base).resource("drive", "v3").files().list().execute()


def test_no_token_to_be_had_means_surely_not_sent(stand_in: StandIn, closed_port: str) -> None:
    way = GoogleHttp(sign_in(json.dumps(own_sign_in(closed_port))), base=stand_in.base)
    with pytest.raises(Unavailable):
        create_workbook(way, "x", locale="en_GB", zone="Europe/London")
    assert stand_in.calls("sheets.create") == 0


def test_a_sign_in_google_ended_is_refused(stand_in: StandIn) -> None:
    way = GoogleHttp(sign_in(json.dumps(own_sign_in(stand_in.base))), base=stand_in.base)
    stand_in.trouble("oauth.token", "400")
    with pytest.raises(Refused) as refusal:
        SheetsWorkbook(way, "any").shape()
    assert refusal.value.code == 401


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/no/such/file.json",
        "{",
        "[]",
        '{"type": "service_account"}',
        '{"type": "service_account", "private_key": "pasted wrongly", "client_email": "a@b", "token_uri": "https://x"}',
        '{"type": "authorized_user"}',
        '{"installed": {}}',
        "LONG-SECRET" * 1000,
    ],
)
def test_a_sign_in_that_cannot_be_used_says_what_to_do(text: str) -> None:
    with pytest.raises(UserError) as problem:
        sign_in(text)
    assert problem.value.problems[-1].endswith("studio-sync check")
    assert "LONG-SECRET" not in str(problem.value)


def test_a_base_may_have_a_path_and_nothing_is_left_at_google() -> None:
    way = google_at("http://127.0.0.1:1/google/")
    assert way.address("https://sheets.googleapis.com/v4/spreadsheets/x?a=b") == (
        "http://127.0.0.1:1/google/v4/spreadsheets/x?a=b"
    )
    for name, version in (("calendar", "v3"), ("drive", "v3"), ("sheets", "v4")):
        resource = way.resource(name, version)
        assert resource._baseUrl.startswith("http://127.0.0.1:1/google/")
        assert resource.new_batch_http_request()._batch_uri.startswith("http://127.0.0.1:1/google/batch")


def test_without_a_base_google_is_asked() -> None:
    way = GoogleHttp(sign_in("local"))
    assert way.address("https://sheets.googleapis.com/v4/x") == "https://sheets.googleapis.com/v4/x"
    assert way.resource("calendar", "v3")._baseUrl == "https://www.googleapis.com/calendar/v3/"


class Recorder(BaseAdapter):
    """A transport without sockets: answers everything with one JSON and keeps what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.asked.append(request)
        response = requests.Response()
        response.status_code, response.url = 200, str(request.url)
        response._content = b'{"id": "c-1", "items": [], "valueRanges": [{"majorDimension": "ROWS", "range": "A1"}]}'
        return response

    def close(self) -> None:
        pass


def test_one_transport_serves_both_clients_without_sockets() -> None:
    transport = Recorder()
    way = GoogleHttp(sign_in("local"), transport=transport)
    assert SheetsWorkbook(way, "book").read(["A1"]) == [[]]
    assert way.resource("calendar", "v3").events().list(calendarId="c").execute()["items"] == []
    hosts = [str(request.url).split("/")[2] for request in transport.asked]
    assert hosts == ["sheets.googleapis.com", "www.googleapis.com"]
    assert {request.headers["authorization"] for request in transport.asked} == {"Bearer local"}


def test_a_password_file_of_the_computer_does_not_replace_our_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "netrc"
    path.write_text("machine sheets.googleapis.com login someone password else\n")
    monkeypatch.setenv("NETRC", str(path))
    transport = Recorder()
    SheetsWorkbook(GoogleHttp(sign_in("local"), transport=transport), "book").read(["A1"])
    assert transport.asked[0].headers["authorization"] == "Bearer local"


def test_the_accountant_is_let_in(google: GoogleHttp, stand_in: StandIn) -> None:
    book = create_workbook(google, "Books", locale="en_GB", zone="Europe/London")
    assert share(google, book.id, "accountant@nowhere.example")
    files = google.resource("drive", "v3").files()
    shown = files.get(fileId=book.id, fields="permissions(emailAddress,role)").execute()
    assert {"emailAddress": "accountant@nowhere.example", "role": "reader"} in shown["permissions"]


def test_a_file_we_cannot_see_is_not_shared(google: GoogleHttp, stand_in: StandIn) -> None:
    with pytest.raises(Refused) as refusal:
        share(google, "nothing", "accountant@nowhere.example")
    assert refusal.value.code == 404  # facts 4: File not found


@pytest.mark.parametrize("fault", ["401", "404", "429", "500", *SILENCE])
def test_trouble_while_sharing_is_told_by_its_cause(google: GoogleHttp, stand_in: StandIn, fault: str) -> None:
    book = create_workbook(google, "Books", locale="en_GB", zone="Europe/London")
    stand_in.trouble("drive.permissions.create", fault)
    with pytest.raises(OutsideError) as trouble:
        share(google_at(stand_in.base, read_timeout=0.4), book.id, "accountant@nowhere.example")
    assert type(trouble.value) is meaning(Call.KEYED, fault)
