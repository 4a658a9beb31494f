"""What must be true after any history, read from the stand-ins' store and the people's own account.

Each check returns plain sentences, one per thing that is wrong.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from emulator.sheets.routes import dump
from sheets_schema.tabs.bookings import CAPACITY
from studio_sync.rules.ink import message_id
from tests.histories import chain_checks
from tests.histories.findings import Findings
from tests.histories.plan import PHONES
from tests.histories.scene import OWNER, ZONE, Doc

#: how often a message of a class may reach WhatsApp
MOST = {"once": 1, "at_least_once": 2, "fresh": 1}
NUMBER = re.compile(r"INV-\d{4}-\d{5}")
#: the row of the message that another one left with
WITH = re.compile(r"in one message with (m-\w+)")


def problems(seen: Findings) -> list[str]:
    """Everything that is wrong now."""
    return [f"{check.__name__.replace('_', ' ')}: {said}" for check in CHECKS for said in check(seen)]


# -- rows


def no_row_twice(seen: Findings) -> Iterator[str]:
    """By id, by the key of Changes, by the key of Messages."""
    for (book, tab), rows in seen.tabs.items():
        pasted = {row["Id"] for row in rows if str(row.get("Note", "")).startswith("pasted")}
        for ident in _twice(row["Id"] for row in rows if row["Id"]):
            if ident not in pasted:
                yield f"{book} {tab} has the id {ident} twice"
        if tab in {"Changes", "Messages"}:
            for key in _twice(row["Key"] for row in rows if row.get("Key")):
                yield f"{book} {tab} has the key {key} twice"


def what_she_typed_stands(seen: Findings) -> Iterator[str]:
    undone = {
        (row["Row id"], head)
        for row in seen.rows("Changes")
        if row["State"] == "undone"
        for head in str(row["Column"]).split(", ")
    }
    for (tab, ident, head), text in seen.truth.typed.items():
        if (ident, head) in undone:
            continue  # taken back by her own word
        rows = [row for row in seen.rows(tab) if row["Id"] == ident]
        if not rows:
            yield f"{tab} {ident} is gone"
        elif str(rows[0][head]) != text:
            yield f"{tab} {ident} {head} says {rows[0][head]!r}, she typed {text!r}"


def a_row_she_typed_is_one_row_with_an_id(seen: Findings) -> Iterator[str]:
    heads = {"Bookings": "Note", "Clients": "Notes", "Invoices": "Note"}
    for mark, tab in seen.truth.marks.items():
        rows = [row for row in seen.rows(tab, "books" if tab == "Invoices" else "studio") if row[heads[tab]] == mark]
        if len(rows) != 1:
            yield f"{tab} has {len(rows)} rows marked {mark!r}"
        elif not rows[0]["Id"]:
            yield f"the row marked {mark!r} in {tab} has no id"


def what_was_said_is_a_row(seen: Findings) -> Iterator[str]:
    kept = Counter(row["Key"] for row in seen.rows("Messages") if row["Way"] == "in")
    for wamid in seen.truth.said:
        if kept[wamid] != 1 and not (kept[wamid] == 0 and wamid in seen.truth.forgotten):
            yield f"the message {wamid} that someone wrote has {kept[wamid]} rows in Messages"
    for row in seen.rows("Messages"):
        text = seen.truth.said.get(str(row["Key"]))
        if text and row["Way"] == "in" and row["Text"] != text:
            yield f"{text!r} stands in Messages as {row['Text']!r}"


# -- the diary


def nobody_is_double_booked(seen: Findings) -> Iterator[str]:
    ours = [each for each in seen.events if each["private"] and each["start"]]
    for n, one in enumerate(ours):
        for other in ours[n + 1 :]:
            overlap = one["start"] < other["end"] and other["start"] < one["end"]
            if overlap and not {one["id"], other["id"]} & seen.truth.hers:
                yield f"{one['title']!r} and {other['title']!r} overlap"
    for each in ours:
        most = int(
            each["private"].get("studio_sync_capacity") or CAPACITY.get(each["private"].get("studio_sync_type", ""), 99)
        )
        if len(set(each["seats"])) > most:
            yield f"{each['title']!r} has {len(set(each['seats']))} people for {most} places"


def a_booking_is_one_row_and_one_seat(seen: Findings) -> Iterator[str]:
    now = seen.scene.clock.now()
    seats: dict[str, list[Doc]] = defaultdict(list)
    for each in seen.events:
        for seat in set(each["seats"]):
            seats[seat].append(each)
    rows = {row["Id"]: row for row in seen.rows("Bookings")}
    for ident, row in rows.items():
        if ident in seen.truth.put_back:
            continue
        if row["State"] == "booked" and row["Session"] and _start_of(row) > now and len(seats[ident]) != 1:
            yield f"{ident} ({row['Client']}) is booked and has {len(seats[ident])} seats in the diary"
    for ident, events in seats.items():
        found = rows.get(ident)
        for each in events:
            if each["start"] is None or each["start"] <= now or ident in seen.truth.put_back:
                continue
            if found is None:
                if ident not in seen.truth.deleted:
                    yield f"{each['title']!r} has a seat for {ident}, which has no row"
            elif found["State"] not in {"booked", "held", "came", "no-show"}:
                yield f"{each['title']!r} has a seat for {ident}, whose row says {found['State']!r}"
            elif found["State"] in {"booked", "held"} and abs((_start_of(found) - each["start"]).total_seconds()) > 60:
                yield f"{ident}: the row says {_start_of(found):%d %b %H:%M}, the diary {each['start']:%d %b %H:%M}"


def nobody_loses_a_booking(seen: Findings) -> Iterator[str]:
    """I7: a booking is cancelled only where somebody wanted that."""
    free = seen.truth.touched | seen.truth.put_back
    for row in seen.rows("Bookings"):
        wanted = any(words in str(row["Client"]) for words in seen.truth.cancelled)
        if row["State"] == "cancelled" and row["Id"] not in free and not wanted:
            yield f"{row['Id']} ({row['Client']}) is cancelled, and nobody wanted that"


def nobody_is_asked_about_a_move_that_nobody_made(seen: Findings) -> Iterator[str]:
    if seen.truth.hers or seen.truth.upset:
        return
    for message in seen.out:
        if "owner.move_ask" in str(message.get("tag")):
            yield f"{_short(message)}, and she moved nothing"


def who_was_told_booked_has_a_row(seen: Findings) -> Iterator[str]:
    rows = {row["Id"] for row in seen.rows("Bookings")} | seen.truth.deleted | seen.truth.put_back
    for message in seen.out:
        for button in message.get("buttons") or ():
            if str(button.get("id", "")).startswith("reject_") and button["id"].removeprefix("reject_") not in rows:
                yield f"{_short(message)} was told of {button['id']}, which has no row"


# -- messages


def no_message_too_often(seen: Findings) -> Iterator[str]:
    counts = Counter(message["tag"] for message in seen.out if message.get("tag"))
    for tag, count in counts.items():
        send = seen.sends.get(tag)
        most = MOST[send.cls] if send else 2
        if count > most:
            yield f"{tag} reached WhatsApp {count} times ({send.cls if send else 'unknown'})"
    papers = Counter(
        (message["phone"], number)
        for message in seen.out
        if message.get("media")
        for number in NUMBER.findall(str(message["media"].get("filename", "")) + str(message.get("text", "")))[:1]
    )
    for (phone, number), count in papers.items():
        if count > 1:
            yield f"{phone} got {number} {count} times"


def no_answer_more_often_than_asked(seen: Findings) -> Iterator[str]:
    """The same words go to one person at most twice per thing that was said, however the program names its effects."""
    for number, chat in seen.chats.items():
        asked = sum(message["direction"] == "in" for message in chat)
        said = Counter(
            m.get("text", "") for m in chat if m["direction"] == "out" and "Your next sessions" in m.get("text", "")
        )
        for text, count in said.items():
            if count > asked:
                yield f"{number} asked {asked} times and got {text[:40]!r} {count} times"


def what_is_said_to_be_sent_was_sent(seen: Findings) -> Iterator[str]:
    """A message whose row or receipt says that it left has reached WhatsApp, alone or in one with another."""
    tags = {str(message.get("tag")) for message in seen.out}
    ids = {message_id(tag) for tag in tags}
    tags |= {row["Key"] for row in seen.rows("Messages") if ids & set(WITH.findall(str(row["Why"])))}
    for row in seen.rows("Messages"):
        if row["Way"] == "out" and row["State"] in {"sent", "delivered", "read"} and row["Key"] not in tags:
            yield f"the row {row['Id']} says {row['State']}, and WhatsApp never saw it"
    if seen.scene.journal is None:
        return
    with seen.scene.journal.read() as tx:
        for queued in tx.standing("done", "messages", limit=10_000):
            if queued.effect.kind == "send" and not {queued.effect.key, queued.result.get("with")} & tags:
                yield f"{queued.effect.key} counts as done, and WhatsApp never saw it"


def what_was_sent_has_its_row(seen: Findings) -> Iterator[str]:
    """The rows of Messages are the receipts: none is lost but with the notes that alone knew of it."""
    kept = {row["Key"] for row in seen.rows("Messages")} | seen.truth.forgotten
    for message in seen.out:
        if message.get("tag") and message["tag"] not in kept:
            yield f"{_short(message)} ({message['tag']}) reached WhatsApp and has no row in Messages"


def nothing_late(seen: Findings) -> Iterator[str]:
    for message in seen.out:
        send = seen.sends.get(str(message.get("tag")))
        at = datetime.fromisoformat(message["at"])
        # A call in which the computer fell asleep is done when it wakes.
        if any(begun <= at <= end + timedelta(seconds=15) for begun, end in seen.truth.asleep):
            continue
        # A call that was not answered may arrive after all, a minute and more after the gate was asked.
        if send and send.deadline and (at - send.deadline).total_seconds() > 130:
            yield f"{_short(message)} came at {at:%H:%M:%S}, its deadline was {send.deadline:%H:%M:%S}"


def nothing_to_who_said_stop(seen: Findings) -> Iterator[str]:
    for who in seen.truth.stopped:
        chat = seen.chats.get(PHONES[who], [])
        told = [n for n, m in enumerate(chat) if m["direction"] == "out" and m.get("tag", "").find("stop.done") >= 0]
        if not told:
            continue
        after = [m for m in chat[told[0] + 1 :] if m["direction"] == "out" and "stop.done" not in m.get("tag", "")]
        for message in after:
            tag = str(message.get("tag"))
            send = seen.sends.get(tag)
            # A call that hung since before the STOP may arrive after the answer to it: nobody can take it back.
            hung = any(at <= seen.truth.stopped[who] and tag in body for at, body in seen.scene.net.hung)
            if not hung and (send is None or not send.text.startswith("stop.")):
                yield f"{_short(message)} went to someone who wants no messages"


# -- numbers


def numbers_without_gap(seen: Findings) -> Iterator[str]:
    """A1, A3: gapless, none twice, each that was told has its row."""
    rows = {str(row["Number"]): row for row in seen.rows("Invoices", "books") if row["Number"]}
    numbers = [str(row["Number"]) for row in seen.rows("Invoices", "books") if row["Number"]]
    gone = {**seen.truth.maybe_numbers, **seen.truth.deleted_numbers}
    for number in _twice(numbers):
        yield f"{number} was given twice"
    by_series: dict[str, list[int]] = defaultdict(list)
    for number in numbers:
        by_series[number[:8]].append(int(number[9:]))
    for number in gone.keys() - set(numbers):
        by_series[number[:8]].append(int(number[9:]))
    for number in gone.keys() & set(numbers):
        if number in seen.truth.maybe_numbers and rows[number]["Id"] == gone[number]:
            continue  # its own invoice, back with the books
        yield f"{number} was given again after she had deleted its row"
    for series, found in by_series.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            yield f"{series} has the numbers {sorted(found)}"
    owners = {number: row["Client id"] for number, row in rows.items()}
    for message in seen.out:
        for number in set(
            NUMBER.findall(f"{message.get('text', '')} {(message.get('media') or {}).get('filename', '')}")
        ):
            who = owners.get(number)
            phone = f"+{message['phone']}"
            if number in gone:
                continue
            if who is None:
                yield f"{number} was told to {phone} and has no row"
            elif PHONES.get(str(who)) not in {phone, None} and phone != OWNER:
                yield f"{number} of {who} was told to {phone}"


def a_ticked_invoice_is_issued(seen: Findings) -> Iterator[str]:
    for row in seen.rows("Invoices", "books"):
        if row["Id"] in seen.truth.sent and not row["Number"] and not str(row["Sent"]).startswith("not sent"):
            yield f"{row['Id']} was ticked, has no number and says {row['Sent']!r}"


# -- the chain, and the end


#: numbers are looked at with what she deleted, above
CHAIN = (
    chain_checks.slots_are_whole,
    chain_checks.one_token,
    chain_checks.no_key_twice,
    chain_checks.little_metadata,
    chain_checks.no_debt,
    chain_checks.issued_in_order,
)


#: after these a chain begins anew
_PUT_BACK = {"puts the workbook back", "deletes the hidden tab"}


def the_chain_is_whole(seen: Findings) -> Iterator[str]:
    """I2 to I5, I7, I10, I11 of both workbooks; I6 and I12 of every commit on its way."""
    whole = dump(seen.scene.world)
    for book in ("studio", "books"):
        for check in CHAIN:
            yield from (f"{book}: {said}" for said in check(whole[seen.scene.addresses[book]]))
        begun_anew = [entry for entry in chain_checks.history(whole[seen.scene.addresses[book]]).values() if entry[2:]]
        if begun_anew and not seen.truth.upset and not _PUT_BACK & {act for _, act in seen.truth.done}:
            yield f"{book}: the chain began anew at {begun_anew[0][0]}, and nobody had put the workbook back"
    for program in seen.scene.programs.values():
        yield from program.watchman.said


def everything_is_settled(seen: Findings) -> Iterator[str]:
    journal = seen.scene.journal
    if journal is None:
        yield "no program runs"
        return
    if not seen.truth.rested:
        yield "it does not come to rest"
    with journal.read() as tx:
        for line in tx.inbox_lines("aside"):
            yield f"{line.key} could not be decided: {line.error}"
        if tx.inbox_counts()["new"]:
            yield f"{tx.inbox_counts()['new']} facts are not decided"
        for state in ("queued", "sending", "unknown", "waiting"):
            for queued in tx.standing(state):
                if seen.truth.end is None or queued.next_at <= seen.truth.end:
                    yield f"{queued.effect.key} is {state} ({queued.reason})"
        for queued in tx.standing("parked"):
            if queued.effect.kind != "mail":  # see plan.NOT_YET
                yield f"{queued.effect.key} was set aside: {queued.reason}"
        for role in ("studio", "books"):
            if tx.attempts(role):
                yield f"a commit to {role} is undecided"


def every_unsent_message_says_so(seen: Findings) -> Iterator[str]:
    """No silent loss: what was decided to be sent and did not leave has a row that says why."""
    if seen.scene.journal is None:
        return
    states = {row["Key"]: row["State"] for row in seen.rows("Messages")}
    tags = {message.get("tag") for message in seen.out}
    with seen.scene.journal.read() as tx:
        for queued in tx.standing("dropped", "messages", limit=10_000):
            key = queued.effect.key
            if queued.reason.startswith(("decided again", "needs ")) or key in tags:
                continue
            if states.get(key) not in {"not sent", "would send"} and key in states:
                yield f"{key} was dropped ({queued.reason}), its row says {states.get(key)!r}"


def today_is_in_sync(seen: Findings) -> Iterator[str]:
    grid = seen.scene.grid("studio", "'Today'!A1:A1")
    said = str(grid[0][0]) if grid and grid[0] else ""
    if "in sync" not in said:
        yield f"the first line of Today is {said!r}"


CHECKS: tuple[Callable[[Findings], Iterable[str]], ...] = (
    no_row_twice,
    what_she_typed_stands,
    a_row_she_typed_is_one_row_with_an_id,
    what_was_said_is_a_row,
    nobody_is_double_booked,
    a_booking_is_one_row_and_one_seat,
    nobody_loses_a_booking,
    nobody_is_asked_about_a_move_that_nobody_made,
    who_was_told_booked_has_a_row,
    no_message_too_often,
    no_answer_more_often_than_asked,
    what_is_said_to_be_sent_was_sent,
    what_was_sent_has_its_row,
    nothing_late,
    nothing_to_who_said_stop,
    numbers_without_gap,
    a_ticked_invoice_is_issued,
    the_chain_is_whole,
    everything_is_settled,
    every_unsent_message_says_so,
    today_is_in_sync,
)


def _twice(values: Iterable[str]) -> list[str]:
    return sorted(value for value, count in Counter(values).items() if count > 1)


def _start_of(row: Doc) -> datetime:
    """The local start of a booking row, from its serial day and fraction."""
    if not isinstance(row["Date"], int | float) or not isinstance(row["Time"], int | float):
        return datetime.min.replace(tzinfo=UTC)
    day = datetime.fromordinal(int(row["Date"]) + 693594)
    minutes = round(float(row["Time"]) * 1440)
    return day.replace(hour=minutes // 60, minute=minutes % 60, tzinfo=ZONE)


def _short(message: Doc) -> str:
    return f"{message['phone']} {str(message.get('text', message['type']))[:50]!r}"
