"""Every answer of Google's stand-in is held against the discovery document of its method, as requests are."""

from __future__ import annotations

from flask import Flask, Response, g

from emulator.errors import ApiError
from emulator.google_schema import check, method

#: where a call's name is not the end of the method's id
_IDS = {"sheets": "sheets.spreadsheets", "drive": "drive", "calendar": "calendar"}


def watch(application: Flask) -> None:
    """Fail the test in which an answer has a field, type or word that Google's does not have."""

    @application.after_request
    def hold(response: Response) -> Response:
        name = getattr(g, "call_name", None) or ""
        house, _, rest = name.partition(".")
        if house in _IDS and response.status_code == 200 and response.is_json:
            answer = method(f"{_IDS[house]}.{rest}").get("response")
            if answer is not None:
                try:
                    check(house, answer["$ref"], response.get_json())
                except ApiError as error:
                    raise AssertionError(f"{name} answers what Google does not: {error}") from error
        return response
