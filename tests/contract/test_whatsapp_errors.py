"""What WhatsApp's answers mean, by its own code (facts 1.4) and, without a known one, by the status."""

from __future__ import annotations

import json

import pytest

from sheets_schema.texts.catalogue import part
from studio_sync.adapters.outcomes import Call
from studio_sync.adapters.whatsapp_errors import from_answer
from studio_sync.errors import InDoubt, OutsideError, RateLimited, Refused, Unavailable
from studio_sync.rules.codes import _TABLE, Act, act_of, words_of


def answer(code: int, **more: object) -> bytes:
    return json.dumps(
        {"error": {"message": f"(#{code}) words", "type": "OAuthException", "code": code, **more}}
    ).encode()


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ((4, 80007, 130429, 131056), RateLimited),
        ((1, 2, 131016, 131045, 131057, 133004, 132015, 131064, 132069), Unavailable),
        ((131000,), InDoubt),
        ((0, 190, 3, 10, 200, 299, 131005), Refused),
        ((131048, 131049, 131050, 130472, 131047, 131026, 130403, 131021, 131030, 131042), Refused),
        ((131008, 131009, 100, 131051, 131052, 131053), Refused),
        ((132000, 132001, 132005, 132007, 132012, 132018, 132016, 132068), Refused),
        ((368, 130497, 131031), Refused),
    ],
)
def test_each_code_has_its_meaning_whatever_the_status(codes: tuple[int, ...], kind: type[OutsideError]) -> None:
    # fact: 1.4 shape of an error
    for code in codes:
        for status in (400, 403, 500):
            error = from_answer(status, answer(code), Call.ONCE)
            assert (type(error), error.code) == (kind, code)


def test_no_code_of_the_table_says_two_things_and_each_says_what_is_done() -> None:
    codes = [code for _, codes in _TABLE for code in codes]
    assert len(codes) == len(set(codes))
    assert {act_of(code) for code in codes} == set(Act)
    for code in codes:
        assert not words_of(code) or part(words_of(code))


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (400, answer(999_999), Refused),
        (400, answer(999_999, is_transient=True), Unavailable),
        (500, answer(999_999), InDoubt),
        (502, b"<html>Bad Gateway</html>", InDoubt),
        (429, b"", RateLimited),
        (404, b"[" * 200_000, Refused),
        (302, b"", InDoubt),
    ],
)
def test_an_unknown_answer_goes_by_its_status(status: int, content: bytes, kind: type[OutsideError]) -> None:
    assert type(from_answer(status, content, Call.ONCE)) is kind


def test_the_words_hold_what_metas_support_asks_for() -> None:
    details = {"messaging_product": "whatsapp", "details": "template name (x) does not exist in en_US"}
    error = from_answer(404, answer(132001, error_data=details, fbtrace_id="AbC"), Call.ONCE)
    assert error.message == "(#132001) words: template name (x) does not exist in en_US (trace AbC)"
