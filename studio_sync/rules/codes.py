"""WhatsApp's error codes: what each means for a message. The one table (facts whatsapp 1.4).

A code comes at once, as the answer to a send, or later, in a ``failed`` status: it means the same in both places.
"""

from __future__ import annotations

from enum import Enum


class Act(Enum):
    """What is done about a code."""

    #: nothing can be sent: everything waits, the owner hears of it, and it goes on by itself
    STOP = "stop"
    #: the number is restricted for spam: news (marketing) waits, the rest goes on
    NO_NEWS = "no news"
    #: too fast: the account, our number, or this one person
    SLOW_ACCOUNT = "account too fast"
    SLOW_NUMBER = "number too fast"
    SLOW_PERSON = "person too fast"
    #: their side, surely not sent: again in a moment
    LATER = "later"
    #: has been seen after the message went out: a status will tell
    UNSURE = "unsure"
    #: the chat is closed: the approved message instead
    TEMPLATE = "template"
    #: the approved message rests: what needs it waits
    RESTS = "template rests"
    #: this person wants no more news: never again, bookings go on
    WISH = "wish"
    #: WhatsApp chose not to deliver this one: not again
    SPARED = "spared"
    #: this person cannot be reached: not again, and the owner is told
    UNREACHED = "unreached"
    #: wrong as it is, or not set up: not again, and the owner is told
    WRONG = "wrong"


#: a message that meets one of these goes again by itself, also when the word came late
AGAIN = frozenset({Act.STOP, Act.SLOW_ACCOUNT, Act.SLOW_NUMBER, Act.SLOW_PERSON, Act.LATER, Act.TEMPLATE, Act.RESTS})

_TABLE: tuple[tuple[Act, tuple[int, ...]], ...] = (
    # token (0, 190), rights (3, 10, 131005, 2xx); 401 and 403 are answers without a code of WhatsApp's own
    (Act.STOP, (0, 3, 10, 190, 401, 403, 131005, *range(200, 300))),
    # the account is blocked (368), barred from a country (130497), locked (131031), or not paid for (131042)
    (Act.STOP, (368, 130497, 131031, 131042)),
    (Act.NO_NEWS, (131048,)),
    (Act.SLOW_ACCOUNT, (4, 80007)),
    (Act.SLOW_NUMBER, (130429,)),
    (Act.SLOW_PERSON, (131056,)),
    # unknown, service, overload, certificate, maintenance, registration
    (Act.LATER, (1, 2, 131016, 131045, 131057, 133004)),
    (Act.UNSURE, (131000,)),
    (Act.TEMPLATE, (131047,)),
    # paused for its quality, limited after a wrong category, its form throttled
    (Act.RESTS, (132015, 131064, 132069)),
    (Act.WISH, (131050,)),
    # part of an experiment, or enough news for now
    (Act.SPARED, (130472, 131049)),
    # we blocked them; no WhatsApp, an old one, or its terms not accepted; not to be written to by user id
    (Act.UNREACHED, (130403, 131026, 131062)),
    # to ourselves; not on the list of a test number
    (Act.WRONG, (131021, 131030)),
    # a parameter, a kind, a file
    (Act.WRONG, (100, 131008, 131009, 131051, 131052, 131053)),
    # a template: count, missing, too long, against the rules, form, words, switched off; a form: blocked
    (Act.WRONG, (132000, 132001, 132005, 132007, 132012, 132018, 132016, 132068)),
)
_BY_CODE = {code: act for act, codes in _TABLE for code in codes}
#: part with the words a person reads instead of WhatsApp's own
_WORDS = {
    130403: "refused.blocked",
    131026: "refused.unreached",
    131049: "refused.spared",
    130472: "refused.spared",
    131050: "refused.wish",
    131042: "refused.unpaid",
    190: "refused.token",
    368: "refused.restricted",
    130497: "refused.restricted",
    131031: "refused.restricted",
    131030: "refused.test_number",
}


def act_of(code: int) -> Act | None:
    """What a code asks for; None for one of after this table."""
    return _BY_CODE.get(code)


def late_act(code: int) -> Act | None:
    """The same for a late word, where 0 means that no code came with it."""
    return _BY_CODE.get(code) if code else None


def words_of(code: int) -> str:
    """The key of the part that says it to a person, "" where WhatsApp's own words must do."""
    return _WORDS.get(code, "")
