"""What must hold whatever is said, typed or dragged: no rule breaks, and the same fact is decided the same.

``Studio.happens`` decides every fact twice and checks that effects have keys of their own, survive being kept as text,
and that derived cells come to rest. Every text that is sent is rendered, so one without a value would break here.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sheets_schema.cells import Raw
from sheets_schema.tabs import BY_KEY
from studio_sync.rules.decide import decide
from studio_sync.rules.effects import PutEvent, PutRow
from studio_sync.rules.facts import MessageCame, Outcome, RowGone, StatusCame, Tick
from tests.unit.story import Studio

BOOKINGS = """
    Id  | Date      | Time  | Client        | State    | Type   | Price | Pay with
    b-1 | Tue 3 Nov | 10:00 | Thandi Maroon | booked   | single | 300   | invoice
    b-2 | Wed 4 Nov | 08:00 | Thandi Maroon | booked   | duo    | 250   | package
    b-3 | Wed 4 Nov | 08:00 | Sipho Amber   | booked   | duo    |       | free
    b-4 | Mon 2 Nov | 08:00 | Zoë Umber     | came     | single | 300   | invoice
    b-5 | Fri 6 Nov | 17:00 |               | booked   | single | 300   | invoice
"""
INVOICES = "Id | Client | Total | From | To\ni-1 | Thandi Maroon | 500 | |\ni-2 | Zoë | | 1 Nov | 30 Nov"
PEOPLE = ("Nadine", "Thandi", "Sipho", "+447700900106", "ZA.1234567890")

WORDS = (
    "book cancel move sick no-show came add undo why today tomorrow pause go live go on menu decide bookings "
    "stop start message Nadine yes no next all paid invoice Thandi Tandi Sipho Zoë Mary Xerxes tomorrow Wed Fri "
    "4/11 31/2 9 08:00 25:00 09h00 single duo every R500 1 2 99 44 7700 900106 12345 late here"
)
words = st.sampled_from(WORDS.split())
sentences = st.one_of(
    st.lists(words, max_size=6).map(" ".join), st.text(max_size=40), st.just("   "), st.text(max_size=400)
)
choices = st.sampled_from(
    ("", "say_today", "say_cancel next", "reject_b-1", "reject_b-2", "reject_nobody", "cannot_b-1", "late_b-2",
     "there_b-3", "answer_q-1_yes", "answer__", "answer", "ask_i-1", "_", "say_", "reject-series_s")
)  # fmt: skip
raws: st.SearchStrategy[Raw] = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=20),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(
        ("Wed 4 Nov", "31/02", "09:00", "25:00", "Thandi Maroon", "Tandi", "booked", "cancelled", "came", "duo", "due",
         "R3OO", "-50", "#REF!", "+44 7700 900101", "12345", "active", "left", "stopped", "live", "watch", "tell")
    ),
)  # fmt: skip


def studio_of(data: st.DataObject) -> Studio:
    chats = data.draw(st.booleans(), label="chats are open")
    mode = data.draw(st.sampled_from(("live", "watch", "pilot", "rehearse")), label="mode")
    bare = data.draw(st.booleans(), label="settings are blank")
    blank = "\nOwner's name |\nStudio name |\nAddress |\nOwner's number |" if bare else ""
    return Studio(bookings=BOOKINGS, invoices=INVOICES, settings=f"Mode | {mode}{blank}", open_chats=chats)


@given(st.data())
def test_whatever_is_said(data: st.DataObject) -> None:
    studio = studio_of(data)
    for _ in range(data.draw(st.integers(1, 4))):
        who = data.draw(st.sampled_from(PEOPLE))
        form = data.draw(st.sampled_from(("text", "tap", "media", "location", "reaction", "unsupported")))
        choice = data.draw(choices) if form == "tap" else ""
        studio.says(who, data.draw(sentences), profile=data.draw(st.text(max_size=10)), form=form, choice=choice)
        for bubble in studio.bubbles(who)[-1:]:
            for label in data.draw(st.permutations(bubble.labels))[:1]:
                studio.taps(who, label)
    studio.today()


@given(st.data())
def test_whatever_is_typed(data: st.DataObject) -> None:
    studio = studio_of(data)
    for _ in range(data.draw(st.integers(1, 4))):
        key = data.draw(st.sampled_from(("clients", "bookings", "invoices", "prices", "hours", "settings", "lines")))
        tab = BY_KEY[key]
        rows = sorted(studio.tables[key])
        ident = data.draw(st.sampled_from([*rows, "new"]))
        columns = [c.title for c in tab.columns if c.editor != "ours"]
        titles = data.draw(st.lists(st.sampled_from(columns), min_size=1, max_size=4, unique=True))
        cells = {title: data.draw(raws) for title in titles}
        if ident != "new":
            studio.edits(tab.title, ident, **cells)
        elif tab.prefix:
            studio.types(tab.title, **cells)
        studio.today()
    for line in studio.lines():
        if line.style == "answer":
            studio._today(line.cells[6], time=True)
            break


@given(st.data())
def test_whatever_happens_outside(data: st.DataObject) -> None:
    studio = studio_of(data)
    studio.says("Nadine", "Book Thandi Thu 9 single")
    for n in range(data.draw(st.integers(1, 4))):
        key = studio.effects[data.draw(st.integers(0, len(studio.effects) - 1))].key if studio.effects else "x"
        match data.draw(st.integers(0, 4)):
            case 0:
                status = data.draw(st.sampled_from(("sent", "delivered", "read", "failed", "warped")))
                studio.happens(StatusCame(key=f"s{n}", at=studio.now, wamid="w", status=status, effect_key=key))
            case 1:
                name = data.draw(st.sampled_from(("remind.tomorrow", "remind.next_hour", "digest.morning", "other")))
                about = data.draw(st.sampled_from(("b-1", "b-2", "b-4", "", "gone")))
                slot = data.draw(st.sampled_from(("2026-11-04T08:00", "2026-11-03T10:00", "2026-11-03")))
                studio.happens(Tick(key=f"t{n}", at=studio.now, name=name, slot=slot, about=about))
            case 2:
                of = data.draw(st.sampled_from(("number", "mail", "fetch", "nonsense")))
                result = {"of": of, "row_id": "i-9", "number": "INV", "about": "invoice:i-9", "reason": ""}
                studio.happens(Outcome(key=f"o{n}", at=studio.now, effect_key=key, ok=False, result=result))
            case 3:
                tab = data.draw(st.sampled_from(("bookings", "clients")))
                ident = data.draw(st.sampled_from(sorted(studio.tables[tab])))
                before = studio.tables[tab][ident]
                studio.happens(RowGone(key=f"g{n}", at=studio.now, tab=tab, row_id=ident, before=before))
            case _:
                sessions = sorted({s.name for e in studio.events.values() for s in e.seats if s.name})
                if sessions:
                    studio.drags(
                        data.draw(st.sampled_from(sessions)),
                        data.draw(st.sampled_from(("Wed 4 Nov 08:30", "Sun 8 Nov 23:30"))),
                    )
    studio.clock("10:30")
    studio.today()


def test_ids_depend_on_the_key_of_the_fact_only() -> None:
    one, other = Studio(), Studio(bookings=BOOKINGS, now="Tue 3 Nov 09:00")
    fact = MessageCame(key="wamid.7", at=one.now, phone="+447700900199", text="Book Zoe Sat 9 single")
    ids = [
        {e.row_id for e in decide(studio.snap, fact, studio.now) if isinstance(e, PutRow) and e.tab == "bookings"}
        for studio in (one, other)
    ]
    assert ids[0] == ids[1] != set()


def test_a_fact_decided_again_on_fresher_state_meets_its_effects_by_key() -> None:
    studio = Studio()
    fact = MessageCame(key="wamid.7", at=studio.now, phone="+447700900199", text="Book Zoe Sat 9 duo")
    before = {e.key for e in decide(studio.snap, fact, studio.now) if not isinstance(e, PutEvent)}
    studio.says("Nadine", "Book Sipho Sat 9 duo")
    later = studio.now + timedelta(seconds=3)
    after = {e.key for e in decide(studio.snap, fact, later) if not isinstance(e, PutEvent)}
    assert before == after


def test_a_thousand_rows_are_read_in_a_blink() -> None:
    rows = "\n".join(f"b-{n} | Wed 4 Nov | 31:00 | Tandi | booked |" for n in range(1000))
    studio = Studio(bookings=f"Id | Date | Time | Client | State\n{rows}")
    assert studio.today()[0] == "No sessions today, 1,000 things to decide, all in sync 08:40"
