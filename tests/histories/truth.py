"""What the people of a history did, by their own account: what is therefore true whatever the program makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from studio_sync.rules.effects import Send

#: the column that carries a mark by which a row she typed is known whatever happens to it
MARKS = {"Bookings": "Note", "Clients": "Notes", "Invoices": "Note"}
TAB_OF = {"a booking": "Bookings", "a client": "Clients", "a draft": "Invoices"}
#: sessions that were over before the history began
OLD = ("b-OLD1", "b-OCT")


@dataclass
class Truth:
    """What the people did, by their own account."""

    #: (tab, row id, heading) -> the last text she typed there
    typed: dict[tuple[str, str, str], str] = field(default_factory=dict)
    #: mark of a row she typed -> its tab
    marks: dict[str, str] = field(default_factory=dict)
    #: ids of rows she deleted
    deleted: set[str] = field(default_factory=set)
    #: numbers of invoices whose rows she deleted -> the row's id
    deleted_numbers: dict[str, str] = field(default_factory=dict)
    #: those of them after whose deletion she put the books back: the same invoice may stand there again
    maybe_numbers: dict[str, str] = field(default_factory=dict)
    #: ids of events she moved, made or deleted herself
    hers: set[str] = field(default_factory=set)
    #: ids of the messages people wrote -> their text; "" for one without
    said: dict[str, str] = field(default_factory=dict)
    #: words by which a client whose booking someone wanted to cancel is called; "" when it may have been anybody's
    cancelled: set[str] = field(default_factory=set)
    #: client id -> instant of STOP
    stopped: dict[str, datetime] = field(default_factory=dict)
    #: ids of invoices whose Send she ticked
    sent: set[str] = field(default_factory=set)
    #: ids of messages that were taken, and keys of messages that left, whose only trace were notes that are lost
    forgotten: set[str] = field(default_factory=set)
    #: workbook -> the version of it that she can put back
    versions: dict[str, int] = field(default_factory=dict)
    #: rows that are otherwise since she put a workbook back: what is missing is offered to her, not decided for her
    put_back: set[str] = field(default_factory=set)
    #: when the first program's computer fell asleep, and when it woke
    asleep: list[tuple[datetime, datetime]] = field(default_factory=list)
    #: bookings whose event she deleted or dragged
    touched: set[str] = field(default_factory=set)
    #: client ids to whom Meta delivers nothing
    unreachable: set[str] = field(default_factory=set)
    #: keys of effects -> the message that was meant, as far as notes that are lost now told
    meant: dict[str, Send] = field(default_factory=dict)
    #: a program lost its notes, got older ones, or was not alone
    upset: bool = False
    #: when all that is not for a later hour must be done, and whether it was
    end: datetime | None = None
    rested: bool = False
    #: (actor, act) -> how often it could be done
    done: dict[tuple[str, str], int] = field(default_factory=dict)
