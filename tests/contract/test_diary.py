"""The contract of ``ports.Diary`` on Google Calendar. "facts" = the notes on Google's semantics, by section."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sheets_schema.diary import DiaryEvent, DiarySeat
from studio_sync.adapters.calendar import CalendarDiary, create_calendar
from studio_sync.adapters.google_http import GoogleHttp
from studio_sync.adapters.outcomes import Call
from studio_sync.errors import Conflict, OutsideError, RateLimited, Refused, Unavailable
from studio_sync.ports import Diary
from tests.contract.conftest import LIVE, StandIn, google_at, setting
from tests.contract.expected import SILENCE, meaning

ZONE = "Africa/Johannesburg"
#: 08:00 in the studio
EIGHT = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
_numbers = itertools.count()
#: a deleted id stays taken for ever (facts 0.4), so a live run needs new ones every time
_RUN = os.urandom(8).hex() if LIVE else "here"


@pytest.fixture
def calendar_id(request: pytest.FixtureRequest) -> str:
    if LIVE:
        return setting("CALENDAR")
    return create_calendar(request.getfixturevalue("google"), "Nowhere Street Pilates", ZONE)


@pytest.fixture
def diary(google: GoogleHttp, calendar_id: str) -> Iterator[CalendarDiary]:
    found = CalendarDiary(google, calendar_id, ZONE)
    yield found
    if LIVE:
        for event in found.between(EIGHT - timedelta(days=2), EIGHT + timedelta(days=30)):
            found.delete(event.id, "")


def duo(**changes: Any) -> DiaryEvent:
    """A duo of Mary and John at 08:00, under an id of its own."""
    usual = DiaryEvent(
        id=hashlib.sha256(f"{_RUN}{next(_numbers)}".encode()).hexdigest()[:32],
        start=EIGHT,
        end=EIGHT + HOUR,
        title="08:00 Duo: Mary, John (2/2)",
        session="s-20261201-0800",
        type="duo",
        capacity=2,
        seats=(
            DiarySeat(booking="b-1", client="c-1", name="Mary"),
            DiarySeat(booking="b-2", client="c-2", name="João"),
        ),
        made_by="wamid.1/0",
    )
    return replace(usual, **changes)


def known(event: DiaryEvent) -> DiaryEvent:
    """Without what only Calendar gives."""
    return replace(event, etag="", created="")


def test_a_session_comes_back_as_it_was_put(diary: Diary) -> None:
    session = duo()
    made = diary.insert(session)
    assert known(made) == session
    assert made.etag.startswith('"')  # facts 8: a quoted number
    assert made.created
    assert diary.get(session.id) == made


@pytest.mark.parametrize(
    "changes",
    [
        {"held": True, "title": "08:00 held for Thandi"},
        {"blocks": False},
        {"seats": (), "session": "", "type": "", "capacity": 0, "made_by": "", "title": "Dentist"},
        {
            "all_day": True,
            "start": datetime(2026, 11, 30, 22, 0, tzinfo=UTC),
            "end": datetime(2026, 12, 1, 22, 0, tzinfo=UTC),
        },
        # facts 8: a private property holds 1,024 characters, so a big group's seats need several
        {
            "type": "group",
            "capacity": 60,
            "seats": tuple(DiarySeat(booking=f"b-{n}", client=f"c-{n}", name="Zoë 🧘 Müller") for n in range(60)),
        },
    ],
    ids=["hold", "free time", "her own", "all day", "sixty seats"],
)
def test_every_kind_of_entry_comes_back_as_it_was_put(diary: Diary, changes: dict[str, Any]) -> None:
    entry = duo(**changes)
    diary.insert(entry)
    found = diary.get(entry.id)
    assert found is not None
    assert known(found) == entry


def test_a_day_holds_what_touches_it_by_start(diary: Diary) -> None:
    nine, eight, before = duo(start=EIGHT + HOUR, end=EIGHT + 2 * HOUR), duo(), duo(start=EIGHT - HOUR, end=EIGHT)
    for event in (nine, eight, before):
        diary.insert(event)
    gone = diary.insert(duo())
    diary.delete(gone.id, gone.etag)
    # facts 8: timeMin bounds the end and timeMax the start, both exclusive; deleted ones are hidden
    assert [event.id for event in diary.between(EIGHT, EIGHT + HOUR)] == [eight.id]
    assert [event.id for event in diary.between(EIGHT - HOUR, EIGHT + 2 * HOUR)] == [before.id, eight.id, nine.id]


def test_a_taken_id_is_a_conflict_even_after_deletion(diary: Diary) -> None:
    first = diary.insert(duo())
    with pytest.raises(Conflict) as taken:
        diary.insert(duo(id=first.id, title="another"))
    diary.delete(first.id, first.etag)
    with pytest.raises(Conflict) as gone:
        diary.insert(duo(id=first.id))
    assert (taken.value.code, gone.value.code) == (409, 409)  # facts 0.4


def test_calendar_itself_accepts_two_sessions_at_one_time(diary: Diary) -> None:
    diary.insert(duo())
    diary.insert(duo())  # facts 0.4: overlaps are not refused; the lease is ours
    assert len(diary.between(EIGHT, EIGHT + HOUR)) == 2


def test_an_update_holds_only_on_what_was_seen(diary: Diary) -> None:
    seen = diary.insert(duo())
    moved = diary.update(replace(seen, start=EIGHT + HOUR, end=EIGHT + 2 * HOUR), seen.etag)
    assert moved.start == EIGHT + HOUR
    assert moved.etag != seen.etag
    with pytest.raises(Conflict) as stale:
        diary.update(replace(seen, title="too late"), seen.etag)
    assert stale.value.code == 412  # facts 8


def test_a_change_between_look_and_write_is_a_conflict(
    diary: Diary, calendar_id: str, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = diary.insert(duo())
    other = CalendarDiary(google_at(stand_in.base), calendar_id, ZONE)
    look = diary._get  # type: ignore[attr-defined]

    def looked_then_dragged(event_id: str) -> Any:
        found = look(event_id)
        other.update(replace(seen, end=EIGHT + 2 * HOUR), seen.etag)
        return found

    monkeypatch.setattr(diary, "_get", looked_then_dragged)
    with pytest.raises(Conflict) as stale:
        diary.update(replace(seen, title="mine"), seen.etag)
    assert stale.value.code == 412  # If-Match reached the wire (facts 6)


def test_fewer_seats_leave_none_behind(diary: Diary) -> None:
    many = tuple(DiarySeat(booking=f"b-{n}", client=f"c-{n}", name="Thandi Maroon") for n in range(60))
    full = diary.insert(duo(seats=many))
    assert diary.update(replace(full, seats=many[:1]), full.etag).seats == many[:1]


def test_what_she_added_survives_our_update(google: GoogleHttp, diary: Diary, calendar_id: str) -> None:
    made = diary.insert(duo())
    events = google.resource("calendar", "v3").events()
    hers = {
        "description": "bring the long band",
        "colorId": "5",
        "extendedProperties": {"private": {"her_app": "7"}, "shared": {"room": "2"}},
    }
    events.patch(calendarId=calendar_id, eventId=made.id, body=hers).execute()
    diary.update(replace(made, title="08:00 Duo: Mary (1/2)"), "")
    found = events.get(calendarId=calendar_id, eventId=made.id).execute()
    assert (found["summary"], found["description"], found["colorId"]) == (
        "08:00 Duo: Mary (1/2)",
        "bring the long band",
        "5",
    )
    assert found["extendedProperties"]["private"]["her_app"] == "7"
    assert found["extendedProperties"]["shared"] == {"room": "2"}


def test_a_deleted_event_is_gone_and_is_not_brought_back(diary: Diary) -> None:
    made = diary.insert(duo())
    diary.delete(made.id, made.etag)
    found = diary.get(made.id)
    assert found is not None
    assert found.gone  # facts 8: soft delete, status cancelled
    diary.delete(made.id, "")  # 410 the second time: already so
    with pytest.raises(Conflict) as gone:
        diary.update(made, "")
    assert gone.value.code == 410


def test_a_deletion_holds_only_on_what_was_seen(diary: Diary) -> None:
    made = diary.insert(duo())
    diary.update(replace(made, title="moved by her"), made.etag)
    with pytest.raises(Conflict) as stale:
        diary.delete(made.id, made.etag)
    assert stale.value.code == 412
    diary.delete(made.id, "")


def test_an_event_that_never_was(diary: Diary) -> None:
    assert diary.get("neverever") is None  # facts 8: 404
    diary.delete("neverever", "")
    with pytest.raises(Refused):
        diary.update(duo(), "")


def test_changes_tell_new_moved_and_deleted_ones(diary: Diary) -> None:
    kept, moved, dropped = (diary.insert(duo()) for _ in range(3))
    _, token = diary.changes("")
    assert diary.changes(token)[0] == ()
    diary.update(replace(moved, end=EIGHT + 2 * HOUR), moved.etag)
    diary.delete(dropped.id, dropped.etag)
    new = diary.insert(duo())
    told, following = diary.changes(token)
    # facts 8: deletions are always included, perhaps with nothing but the id
    assert {event.id: event.gone for event in told} == {moved.id: False, dropped.id: True, new.id: False}
    assert kept.id not in {event.id for event in told}
    assert diary.changes(token)[0] == told  # the same token may be used again
    assert diary.changes(following)[0] == ()


def test_short_pages_are_read_to_the_end(diary: Diary, stand_in: StandIn) -> None:
    _, token = diary.changes("")
    made = {diary.insert(duo()).id for _ in range(5)}
    stand_in.verb("quota", **{"calendar.page": 2})
    # facts 8: pages may be shorter than asked for, and only the last has the token
    assert {event.id for event in diary.between(EIGHT, EIGHT + HOUR)} == made
    assert {event.id for event in diary.changes(token)[0]} == made


def test_a_token_too_old_is_a_conflict(diary: Diary, calendar_id: str, stand_in: StandIn) -> None:
    _, token = diary.changes("")
    stand_in.verb("expire_sync", calendarId=calendar_id)
    with pytest.raises(Conflict) as old:
        diary.changes(token)
    assert old.value.code == 410  # facts 4: fullSyncRequired


def test_a_calendar_not_shared_any_more_never_looks_empty(diary: Diary, calendar_id: str, stand_in: StandIn) -> None:
    made = diary.insert(duo())
    stand_in.verb("unshare", id=calendar_id)
    for ask in (
        lambda: diary.between(EIGHT, EIGHT + HOUR),
        lambda: diary.get(made.id),
        lambda: diary.delete(made.id, ""),
        lambda: diary.changes(""),
    ):
        with pytest.raises(Refused) as refusal:
            ask()
        assert refusal.value.code == 404


def test_a_sign_in_that_was_taken_back(diary: Diary, stand_in: StandIn) -> None:
    stand_in.verb("revoke", token="google.*")
    with pytest.raises(Refused) as refusal:
        diary.insert(duo())
    assert refusal.value.code == 401


ENTRY = duo()
CALLS: dict[str, tuple[str, Call, Callable[[CalendarDiary], object]]] = {
    "between": ("calendar.events.list", Call.READ, lambda diary: diary.between(EIGHT, EIGHT + HOUR)),
    "changes": ("calendar.events.list", Call.READ, lambda diary: diary.changes("")),
    "get": ("calendar.events.get", Call.READ, lambda diary: diary.get(ENTRY.id)),
    "insert": ("calendar.events.insert", Call.KEYED, lambda diary: diary.insert(duo())),
    "update": ("calendar.events.update", Call.KEYED, lambda diary: diary.update(ENTRY, "")),
    "delete": ("calendar.events.delete", Call.KEYED, lambda diary: diary.delete(ENTRY.id, "")),
}


#: a deletion answers 204 without a body, so there is nothing that could break off
TROUBLES = [
    (name, fault)
    for name in CALLS
    for fault in ("401", "429", "500", "503", *SILENCE)
    if (name, fault) != ("delete", "cut")
]


@pytest.mark.parametrize(("name", "fault"), TROUBLES)
def test_trouble_is_told_by_its_cause_and_nothing_is_sent_twice(
    diary: Diary, calendar_id: str, stand_in: StandIn, name: str, fault: str
) -> None:
    match, call, ask = CALLS[name]
    diary.insert(ENTRY)
    impatient = CalendarDiary(google_at(stand_in.base, read_timeout=0.4), calendar_id, ZONE)
    if fault in {"reset", "refuse", "lost"}:
        impatient.get(ENTRY.id)  # a kept connection, which httplib2 would try again when it breaks
    before = stand_in.calls(match)
    stand_in.trouble(match, fault)
    with pytest.raises(OutsideError) as trouble:
        ask(impatient)
    assert type(trouble.value) is meaning(call, fault)
    assert trouble.value.service == "calendar"
    if fault != "slow":
        assert stand_in.calls(match) - before == 1


def test_one_diary_serves_many_threads(diary: Diary) -> None:
    sessions = [duo() for _ in range(40)]
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(diary.insert, sessions))
        found = list(threads.map(lambda session: diary.get(session.id), sessions))
    assert [known(event) for event in made] == sessions
    assert found == made


def test_calendars_403_for_a_limit_is_a_limit(diary: Diary, stand_in: StandIn) -> None:
    stand_in.trouble("calendar.events.list", "403")
    with pytest.raises(RateLimited):
        diary.between(EIGHT, EIGHT + HOUR)  # facts 4: 403 with reason userRateLimitExceeded


def test_a_lost_answer_to_an_insert_is_found_by_its_id(diary: Diary, stand_in: StandIn) -> None:
    session = duo()
    stand_in.trouble("calendar.events.insert", "lost")
    with pytest.raises(OutsideError):
        diary.insert(session)
    with pytest.raises(Conflict):
        diary.insert(session)
    found = diary.get(session.id)
    assert found is not None
    assert found.made_by == session.made_by


@pytest.mark.parametrize("name", CALLS)
def test_nobody_answers(closed_port: str, name: str) -> None:
    with pytest.raises(Unavailable):
        CALLS[name][2](CalendarDiary(google_at(closed_port), "any", ZONE))
