"""Days that once broke a promise, made short: they must never do so again."""

from __future__ import annotations

import pytest

from tests.histories.plan import Event, History
from tests.histories.planting import BOOK, COMMIT, asleep, day, kill, owner, said, tick
from tests.histories.shrink import play

#: an invoice is sent between the copy of the notes and their return
NUMBER_AFTER_BACKUP = History(
    seed=27,
    start=(19, 57),
    events=(
        Event(at=2.1, actor="owner sheet", act="ticks", args={"what": "invoice", "pick": 21}),
        Event(at=15.3, actor="plug", act="the notes are copied"),
        Event(at=22.2, actor="network", act="fault", args={"kind": "refuse", "aim": "*", "times": 3, "later": 5}),
        Event(at=23.8, actor="plug", act="the program is killed", args={"after": 34, "gone": 211.0, "notes": "old"}),
        Event(at=28.9, actor="client", act="someone new writes", args={"phone": "+447700900200", "text": "Jo Puce"}),
        Event(at=43.9, actor="owner chat", act="taps", args={"button": "Add as client"}, meanwhile="*"),
    ),
)


#: an invoice is sent, and she puts the books back to how they were before
BOOKS_PUT_BACK = day(
    owner("keeps a version", at=0.5, book="books"),
    tick(at=1),
    owner("puts the workbook back", at=70, book="books", locks=True),
    said("today", at=100),
)

#: she deletes the hidden tab and ticks an invoice before the program has noticed
TICKED_IN_BETWEEN = day(
    owner("deletes the hidden tab", at=1, book="books"),
    tick(at=1.2),
    said("today", at=40),
)

#: the program falls asleep before its draft is numbered, or before its message is announced; another one sends it
SLEPT = [day(tick(at=1), asleep(at=1.5, after=after), said("today", at=40)) for after in (4, 8)]

#: she deletes an event just before the notes are lost: nobody but the diary knows
DELETED_UNSEEN = day(
    Event(at=1, actor="owner diary", act="deletes an event", args={"pick": 1, "minutes": 60}),
    kill(at=1.2, notes="lost"),
    said("today", at=40),
)

#: a booking is written, and while the next commit is on its way she puts the workbook back to before it; its locks
#: stay as they are, so that Google takes the commit
PUT_BACK_UNDER_A_COMMIT = day(
    owner("keeps a version", at=0.5, book="studio"),
    BOOK,
    owner("puts the workbook back", at=9, during=COMMIT, book="studio", locks=False),
    said("Book Sipho sat 10:00 single", at=9.2),
)

#: she deletes an invoice just issued and regrets it: with the books of before it comes back under its own number
DELETED_AND_PUT_BACK = day(
    owner("keeps a version", at=0.5, book="books"),
    tick(at=1),
    owner("deletes the newest invoice", at=30),
    owner("puts the workbook back", at=30.1, book="books", locks=False),
)

#: she cuts a row and pastes it below the last one while a commit is on its way: what we wrote lies where it stood
CUT_UNDER_A_COMMIT = [
    day(
        tick(at=1),
        BOOK,
        said("Book Sipho sat 10:00 single", at=9.2),
        owner("cuts a row and pastes it at the end", at=at, during=COMMIT, tab=tab, pick=pick),
        said("today", at=40),
    )
    for tab, pick, at in (("Invoices", 0, 0.9), ("Clients", 0, 3), ("Bookings", 1, 9.1))
]

#: she types a client and sorts while its id is on its way: the id stands in another client's row until it is mended
SORTED_UNDER_AN_ID = day(
    owner("types a client", at=6.2, mark="typed 1", head="Name", text="New Person 1"),
    owner("sorts", at=12.4, during=COMMIT, tab="Clients", pick=0),
    start=(15, 57),
)

#: a row is written, or its state, and she moves a column of its tab while that is on its way
COLUMN_MOVED = [
    day(line, owner("moves a column", at=1.1, during=COMMIT, tab="Bookings", pick=pick), said("today", at=30))
    for line, pick in ((BOOK, 0), (BOOK, 2), (said("cancel Sipho", at=1), 2))
]

#: she makes a copy of the workbook and gives it to the program, which must leave it alone; then she takes that back
COPIES = [
    day(
        owner("copies the workbook and takes the copy", at=1, book=book, locks=locks),
        said("Book Lerato fri 14:00 single", at=8),
        tick(at=8.5),
        owner("takes the workbook again", at=30),
    )
    for book, locks in (("studio", True), ("books", False))
]


#: Mary says STOP to a program that goes under before it has written that, and another goes on
STOP_UNWRITTEN = day(
    kill(at=6.9, after=30, gone=1.1),
    asleep(at=6.9, after=0, stays="other"),
    Event(at=8.1, actor="client", act="stops", args={"who": "c-MARYG"}),
    said("Book Mary Green thu 16:00 single", at=10.6),
)


@pytest.mark.parametrize("story", COPIES, ids=["with its locks", "of the books, without its locks"])
def test_nothing_is_written_into_a_copied_workbook_and_nobody_gets_a_message(story: History) -> None:
    assert play(story).problems == []


@pytest.mark.parametrize(
    "story",
    [
        NUMBER_AFTER_BACKUP,
        BOOKS_PUT_BACK,
        TICKED_IN_BETWEEN,
        *SLEPT,
        DELETED_UNSEEN,
        PUT_BACK_UNDER_A_COMMIT,
        DELETED_AND_PUT_BACK,
        *CUT_UNDER_A_COMMIT,
        SORTED_UNDER_AN_ID,
        STOP_UNWRITTEN,
        *COLUMN_MOVED,
    ],
    ids=[
        "a number given after the backup of the notes",
        "the books put back to before an invoice",
        "ticked between the deletion of our tab and its recovery",
        "another program sends the invoice before this one numbered it",
        "another program sends the invoice before this one announced it",
        "an event deleted just before the notes are lost",
        "the workbook put back while a commit is on its way",
        "an invoice deleted, and the books put back to before it",
        "an invoice cut and pasted under a commit",
        "a client cut and pasted under a commit",
        "a booking cut and pasted under a commit",
        "sorted while the id of a typed row is on its way",
        "STOP said to a program that does not get to write it",
        "the column of dates moved while a row is added",
        "the column of clients moved while a row is added",
        "the column of clients moved while a state is written",
    ],
)
def test_a_day_that_once_broke_a_promise(story: History) -> None:
    assert play(story).problems == []
