"""The real clients of Google's APIs, pointed at the stand-in."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import gspread
import httplib2
import requests
from flask.testing import FlaskClient
from googleapiclient import discovery
from googleapiclient.discovery_cache import get_static_doc

HEADERS = {"Authorization": "Bearer a-token"}


def spreadsheets(base: str) -> gspread.Client:
    """Gspread, its addresses swapped."""

    class Swapped(gspread.HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **named: Any) -> requests.Response:
            parts = urlsplit(endpoint)
            return super().request(
                method, base + parts.path + (f"?{parts.query}" if parts.query else ""), *args, **named
            )

    session = requests.Session()
    session.headers.update(HEADERS)
    return gspread.Client(auth=None, session=session, http_client=Swapped)  # type: ignore[arg-type]


class _WithToken(httplib2.Http):
    def request(self, uri: str, *args: Any, **named: Any) -> Any:
        named["headers"] = {**(named.get("headers") or {}), **HEADERS}
        return super().request(uri, *args, **named)


def api(base: str, name: str, version: str) -> Any:
    """google-api-python-client from the document that ships with it."""
    document = json.loads(get_static_doc(name, version))  # type: ignore[no-untyped-call]
    document["rootUrl"] = base + "/"
    document["baseUrl"] = document["rootUrl"] + document["servicePath"]
    document.pop("mtlsRootUrl", None)
    return discovery.build_from_document(document, http=_WithToken())  # type: ignore[attr-defined]


class Book:
    """A spreadsheet in process, in the words of its API."""

    def __init__(self, client: FlaskClient, *titles: str, locale: str = "en_GB") -> None:
        self.client = client
        sheets = [{"properties": {"title": title}} for title in titles]
        properties = {"title": "Nowhere Street Pilates", "locale": locale, "timeZone": "Africa/Johannesburg"}
        made = self.ok("POST", "/v4/spreadsheets", {"properties": properties, "sheets": sheets})
        self.id: str = made["spreadsheetId"]
        self.path = f"/v4/spreadsheets/{self.id}"
        self.sheet = {each["properties"]["title"]: each["properties"]["sheetId"] for each in made["sheets"]}

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        return self.client.open(path, method=method, json=body, query_string=query)

    def ok(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        answer = self.call(method, path, body, **query)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def batch(self, *requests: Any, **more: Any) -> Any:
        return self.ok("POST", f"{self.path}:batchUpdate", {"requests": list(requests), **more})

    def refused(self, *requests: Any, status: int = 400) -> str:
        answer = self.call("POST", f"{self.path}:batchUpdate", {"requests": list(requests)})
        assert answer.status_code == status, answer.get_data(as_text=True)
        return str(answer.json["error"]["message"])

    def values(self, text: str, render: str = "UNFORMATTED_VALUE", **query: Any) -> Any:
        found = self.ok("GET", f"{self.path}/values:batchGet", ranges=text, valueRenderOption=render, **query)
        return found["valueRanges"][0].get("values", [])

    def put(self, text: str, *rows: list[Any], how: str = "RAW") -> Any:
        return self.ok("PUT", f"{self.path}/values/{text}", {"values": list(rows)}, valueInputOption=how)

    def typed(self, cell: str, text: str) -> tuple[Any, str]:
        """The value and the look of a cell after typing."""
        self.put(cell, [text], how="USER_ENTERED")
        value = self.values(cell)
        return (value[0][0] if value else None), self.values(cell, "FORMATTED_VALUE")[0][0] if value else ""


def cells(*values: Any) -> Any:
    """RowData of plain values."""
    kinds = {bool: "boolValue", str: "stringValue", int: "numberValue", float: "numberValue"}
    return {"values": [{"userEnteredValue": {kinds[type(each)]: each}} for each in values]}


def appended(sheet: int, *rows: Any) -> Any:
    return {"appendCells": {"sheetId": sheet, "fields": "userEnteredValue", "rows": list(rows)}}


def marker(number: int, sheet: int, value: str = "batch-0000000001") -> Any:
    entry = {"metadataId": number, "metadataKey": "sc", "metadataValue": value, "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": {**entry, "location": {"sheetId": sheet}}}}


def token(number: int, sheet: int) -> Any:
    cell = {"sheetId": sheet, "startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 1}
    return {"addProtectedRange": {"protectedRange": {"protectedRangeId": number, "range": cell, "warningOnly": True}}}
