"""The way to Google: one signed-in ``requests`` session under both gspread and google-api-python-client.

google-api-python-client normally brings httplib2, which is not thread-safe and sends a POST again by itself when a kept
connection was closed on it. Here it is given an object of the same shape on top of the session, so every call has the
same timeouts, is sent exactly once, and fails in the words of ``outcomes``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import google.auth
import httplib2
import requests
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account
from googleapiclient import discovery
from googleapiclient.discovery_cache import get_static_doc
from gspread.http_client import HTTPClient
from requests.adapters import BaseAdapter

from studio_sync.adapters import outcomes
from studio_sync.adapters.outcomes import Call
from studio_sync.adapters.sessions import Closed, furnish, is_here
from studio_sync.errors import UserError

#: what the studio needs: its workbooks, its calendar, and sharing the books with the accountant
SCOPES = (
    "https://www.googleapis.com/auth/spreadsheets",
    "https://www.googleapis.com/auth/calendar",
    "https://www.googleapis.com/auth/drive.file",
)
#: the credential of the local studio; its stand-in takes any bearer token
LOCAL = "local"
#: credentials of the place the program runs in (workload identity, gcloud), found by google-auth itself
AMBIENT = "default"


def sign_in(text: str) -> Credentials:
    """A credential from one setting: ``local``, ``default``, a path to a JSON file, or that JSON itself.

    The JSON is a service account's key or an ``authorized_user`` (the owner's own sign-in).

    Raises:
        UserError: it is none of these; says what to do.
    """
    if text == LOCAL:
        return cast("Credentials", user_credentials.Credentials(token=LOCAL))  # type: ignore[no-untyped-call]
    try:
        if text == AMBIENT:
            return google.auth.default(scopes=SCOPES)[0]
        info = json.loads(text if text.lstrip().startswith("{") else Path(text).expanduser().read_text("utf-8"))
        return _from_info(info)
    except (OSError, ValueError, GoogleAuthError) as error:
        # An OSError quotes the path, which may be a key pasted wrongly.
        reason = error.strerror if isinstance(error, OSError) else error
        raise UserError(
            f"The Google sign-in cannot be used: {reason}.",
            "Give the path of a service account key or of your own sign-in, or the JSON itself (credentials.example "
            "says where to get it), then type: studio-sync check",
        ) from error


def _from_info(info: Any) -> Credentials:
    kind = info.get("type") if isinstance(info, dict) else None
    if kind == "service_account":
        made = service_account.Credentials.from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]
    elif kind == "authorized_user":
        made = user_credentials.Credentials.from_authorized_user_info(info)  # type: ignore[no-untyped-call]
        if "token_uri" in info:  # which google-auth ignores
            made = made.with_token_uri(info["token_uri"])
    else:
        raise ValueError(f'its "type" is {kind!r}, not "service_account" or "authorized_user"')
    return cast("Credentials", made)


def _token_request(base: str) -> Request:
    """How google-auth fetches tokens. It also looks up regions of a service account, always at the real Google."""
    session = requests.Session()
    furnish(session, base, None)
    if is_here(urlsplit(base).hostname or ""):
        session.mount("https://", Closed())
    return Request(session)


class GoogleHttp:
    """Sends requests to Google, or to whatever answers at ``base`` ("" = Google's own addresses). Thread-safe.

    ``read_timeout`` is the longest silence of the service in seconds; Google itself gives up after 180. ``transport``
    replaces the sockets (an in-process stand-in); it is mounted for http and https.
    """

    def __init__(
        self,
        credential: Credentials,
        *,
        base: str = "",
        connect_timeout: float = 5.0,
        read_timeout: float = 60.0,
        transport: BaseAdapter | None = None,
    ) -> None:
        self._base = urlsplit(base.rstrip("/"))
        self._timeout = (connect_timeout, read_timeout)
        #: signed in; shared by all threads
        self.session = AuthorizedSession(credential, auth_request=_token_request(base))  # type: ignore[no-untyped-call]
        furnish(self.session, base, transport)
        # Google lays its answers out for reading otherwise: a third more bytes, and longer to parse.
        self.session.params = {"prettyPrint": "false"}

    def ask(
        self,
        service: str,
        call: Call,
        method: str,
        url: str,
        *,
        params: Any = None,
        json: Any = None,
        data: Any = None,
        headers: Mapping[str, Any] | None = None,
    ) -> requests.Response:
        """One request, one successful answer, its body read whole.

        Raises:
            OutsideError: in every other case, by ``outcomes``.
        """
        with outcomes.translated(service, call):
            response: requests.Response = self.session.request(  # type: ignore[no-untyped-call]
                method.upper(),
                self.address(url),
                params=params,
                json=json,
                data=data,
                headers=None if headers is None else dict(headers),
                timeout=self._timeout,
                allow_redirects=False,
            )
        if response.status_code // 100 != 2:
            raise outcomes.from_google(service, response, call)
        return response

    def address(self, url: str) -> str:
        """``url`` with scheme and host of the base; path and query stay."""
        if not self._base.netloc:
            return url
        asked = urlsplit(url)
        return urlunsplit((self._base.scheme, self._base.netloc, self._base.path + asked.path, asked.query, ""))

    def sheets(self) -> HTTPClient:
        """The client of gspread for Sheets, on this way."""
        return _SheetsClient(self)

    def resource(self, name: str, version: str, *, call: Call = Call.KEYED) -> Any:
        """A google-api-python-client resource from the document that ships with it; no request is made.

        Keep what its methods return (``.events()``): building that again costs 20-30 ms per call and leaves memory
        behind. ``call`` says what its changing requests are; GETs are reads.
        """
        document = json.loads(get_static_doc(name, version))  # type: ignore[no-untyped-call]
        if self._base.netloc:
            # Only rewriting all of these sends batch and upload to the base too; api_endpoint leaves them behind.
            document["rootUrl"] = self.address("https://host/")
            document["baseUrl"] = document["rootUrl"] + document["servicePath"]
        document.pop("mtlsRootUrl", None)
        return discovery.build_from_document(  # type: ignore[attr-defined]
            document, http=_Httplib2Shape(self, name, call)
        )


class _SheetsClient(HTTPClient):
    """The HTTPClient of gspread; its addresses are constants, so scheme and host are swapped on the way out."""

    def __init__(self, way: GoogleHttp) -> None:
        super().__init__(None, session=way.session)  # type: ignore[arg-type]
        self._way = way

    def request(
        self,
        method: str,
        endpoint: str,
        params: Any = None,
        data: bytes | None = None,
        json: Mapping[str, Any] | None = None,
        files: Any = None,
        headers: Any = None,
    ) -> requests.Response:
        """One request; a batchUpdate is in doubt without an answer, whatever the commit chain knows of it."""
        call = Call.READ if method.lower() == "get" else Call.ONCE
        return self._way.ask("sheets", call, method, endpoint, params=params, json=json, data=data, headers=headers)


class _Httplib2Shape:
    """What google-api-python-client needs of httplib2: ``request``."""

    def __init__(self, way: GoogleHttp, service: str, call: Call) -> None:
        self._way = way
        self._service = service
        self._call = call

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Mapping[str, Any] | None = None, **_: Any
    ) -> tuple[httplib2.Response, bytes]:
        call = Call.READ if method == "GET" else self._call
        answer = self._way.ask(self._service, call, method, uri, data=body, headers=headers)
        return httplib2.Response({**answer.headers, "status": str(answer.status_code)}), answer.content
