"""What may stand around each verb of the owner. One parser per family of verbs: (verb, line) -> Command.

A command without a verb comes back when the words make no sense for it, so that "undo Thandi" undoes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from difflib import get_close_matches

from sheets_schema.texts.vocabulary import Vocabulary
from studio_sync.rules.commands.line import Line, cents_in, fillers, leading, names_in, take_amount, take_type, without
from studio_sync.rules.commands.model import Command
from studio_sync.rules.commands.weekly import parse_every
from studio_sync.rules.commands.when import When, plain, spellings

#: Verbs that stand alone: "week" is one, "week off" is not.
_ALONE = (
    *("today", "tomorrow", "week", "month", "decide", "waiting", "sheet", "menu", "abort"),
    *("pause", "go_on", "go_live", "owing", "credits", "groups", "reschedules", "review"),
)
_NUMBER = re.compile(r"#?([0-9]{1,6})")
_PERCENT = re.compile(r"([0-9]{1,3})\s?%")
_PHONE = re.compile(r"\+?[0-9()][0-9()./-]*")
#: Likeness (0 to 1) of a word that may be a mistyped type.
_LIKE = 0.7


def _alone(verb: str, line: Line) -> Command:
    return Command() if line.rest else Command(verb=verb)


def _whom(verb: str, line: Line) -> Command:
    """As in "find Thandi" or "balance Mary Green"."""
    return Command(verb=verb, who=names_in(line.rest, line.words), text=line.rest)


def _text(verb: str, line: Line) -> Command:
    return Command(verb=verb, text=line.rest)


def _numbered(verb: str, line: Line) -> Command:
    """As in "undo 3" or "why 14"."""
    found = _NUMBER.fullmatch(plain(line.rest))
    return Command(verb=verb, number=int(found[1])) if found else Command()


def _book(verb: str, line: Line) -> Command:
    """Thandi tomorrow 09h00 single; Mary and John every Tue 08:00 duo."""
    weekly = parse_every(line.rest, line.language)
    if weekly is not None:
        kind, names = take_type(weekly.before, line.words)
        _, partner = leading(weekly.after, {"with": line.words.links["with"]})
        joined = partner if partner != weekly.after else ""
        who = names_in(names, line.words) + names_in(joined, line.words)
        return Command(
            verb=verb,
            who=who,
            type=kind or next(filter(None, weekly.types), "") or _usual_type(who),
            every=weekly.slots,
            every_types=weekly.types,
            text="" if joined else weekly.after,
            problem=weekly.problem,
            word=weekly.word,
        )
    kind, rest = take_type(line.rest, line.words)
    when = line.when(rest)
    named, after = (when.before, when.after) if when.before else (when.after, "")
    if leading(after, {"with": line.words.links["with"]})[0]:
        named, after = f"{named} {after}", ""
    who = names_in(named, line.words)
    command = Command(
        verb=verb,
        who=who,
        day=when.day,
        time=when.time,
        type=kind or _usual_type(who),
        text=after,
        read_as=when.read_as,
        problem=when.problem,
        word=when.word,
    )
    # A word more than we understand may change the meaning of the rest ("tomorrow evening 8"), so nothing is booked.
    if after and not when.problem:
        return replace(command, problem=_misread(after, command, line.words), word=after)
    return command


def _usual_type(who: Sequence[str]) -> str:
    return {2: "duo", 3: "trio"}.get(len(who), "")


def _misread(after: str, command: Command, words: Vocabulary) -> str:
    """What the words too many were most likely meant to be."""
    kinds = [phrase for phrases in words.types.values() for phrase in phrases]
    like_type = get_close_matches(plain(after.split()[0]), kinds, 1, _LIKE)
    complete = command.day is not None and command.time is not None and not command.type
    return "bad_type" if like_type or complete else "bad_time"


def _cancel(verb: str, line: Line) -> Command:
    """Thandi; next John; Jane next session; Thandi Wed 4 burst pipe."""
    following = frozenset(line.words.day_words["next"])
    weekdays = spellings(line.words.calendar["weekdays"])
    typed = without(line.rest, fillers(line.words, "session")).split()
    kept = [
        word
        for word, onward in zip(typed, [*typed[1:], ""], strict=True)
        if plain(word) not in following or plain(onward) in weekdays
    ]
    when = line.when(" ".join(kept))
    named, after = (when.before, when.after) if when.before else (when.after, "")
    return _dated(Command(verb=verb, who=names_in(named, line.words), text=after), when)


def _cancel_all(verb: str, line: Line) -> Command:
    """As in "thu burst pipe": a day, then the reason. The day comes first, so a number in the reason is no day."""
    when = line.when(line.rest)
    if when.before:
        when = When(after=line.rest)
    return _dated(Command(verb=verb, text=when.after), when)


def _dated(command: Command, when: When) -> Command:
    return replace(command, day=when.day, time=when.time, read_as=when.read_as, problem=when.problem, word=when.word)


def _move(verb: str, line: Line) -> Command:
    """Thandi Wed 4 to Thu 9; Thandi to tomorrow 10:00; Thandi."""
    typed = without(line.rest, fillers(line.words, "session")).split()
    to = frozenset(line.words.links["to"])
    cut = next((i for i, word in enumerate(typed) if plain(word) in to), len(typed))
    old = line.when(" ".join(typed[:cut]))
    target = " ".join(typed[cut + 1 :])
    new = line.when(target)
    # A weekday behind a day of a later week is meant in that week.
    if old.day and new.day and (old.day - line.now.date()).days > 6:
        new = line.when(target, week_of=old.day)
    command = _dated(Command(verb=verb, who=names_in(old.before, line.words), to_day=new.day, to_time=new.time), old)
    if old.after or new.rest:
        return replace(command, problem="bad_day", word=old.after or new.rest)
    return replace(
        command,
        read_as=" ".join(filter(None, (old.read_as, new.read_as))),
        problem=old.problem or new.problem,
        word=old.word or new.word,
    )


def _add(verb: str, line: Line) -> Command:
    """Ayanda 44 7700 900106; Ayanda with number 44 7700 900106. Also for "add client" and "convert"."""
    typed = line.rest.split()
    begin = len(typed)
    while begin > 0 and _PHONE.fullmatch(typed[begin - 1].strip(",;")):
        begin -= 1
    name = " ".join(typed[:begin]).rstrip(" ,;:")
    for phrase in sorted(line.words.links["number"], key=len, reverse=True):
        if f" {name}".casefold().endswith(f" {phrase}"):
            name = name[: -len(phrase)].rstrip(" ,;:")
    command = Command(verb="add" if verb == "add_client" else verb, phone=" ".join(typed[begin:]).strip(",;"))
    return replace(command, who=(name,)) if name else command


def _invoice(verb: str, line: Line) -> Command:
    """Thandi; Thandi last month; Thandi October 2026; Thandi Oct."""
    typed = line.rest.split()
    month = line.now.date().replace(day=1)
    months = spellings(line.words.calendar["months"])
    tokens = [plain(word) for word in typed]
    years = [token for token in tokens[-1:] if re.fullmatch(r"20[0-9]{2}", token)]
    end = len(typed) - len(years)
    cut, day = len(typed), None
    days = line.words.day_words
    if end >= 2 and tokens[end - 1] in days["month"] and tokens[end - 2] in (*days["last"], *days["this"]):
        cut, last = end - 2, tokens[end - 2] in days["last"]
        day = (month - timedelta(days=1)).replace(day=1) if last else month
    elif end >= 2 and tokens[end - 1] in months:
        cut, number = end - 1, months[tokens[end - 1]] + 1
        day = date(int(years[0]) if years else month.year - (number > month.month), number, 1)
    who = names_in(" ".join(typed[:cut]), line.words)
    return Command(verb=verb, who=who, day=day, text=" ".join(typed[cut:]))


def _change_type(verb: str, line: Line) -> Command:
    """Mary Smith 5 Oct session to duo."""
    kind, rest = take_type(line.rest, line.words)
    if not kind:
        return Command(verb="update", text=line.rest)
    when = line.when(without(rest, fillers(line.words, "session", "to")))
    return _dated(Command(verb=verb, who=names_in(when.before, line.words), type=kind, text=when.after), when)


def _discount(verb: str, line: Line) -> Command:
    """10% off Zoë; R100 off Mary Smith invoice."""
    off = frozenset(word for phrase in line.words.owner_after_name["off"] for word in phrase.split())
    typed = line.rest.split()
    cut = next((i for i, word in enumerate(typed) if plain(word) in off), -1)
    if cut < 1:
        return Command()
    amount = " ".join(typed[:cut])
    percent = _PERCENT.fullmatch(amount)
    cents = None if percent else cents_in(amount)
    if not percent and cents is None:
        return Command()
    named = without(" ".join(typed[cut + 1 :]), fillers(line.words, "invoice", "for"))
    number = int(percent[1]) if percent else None
    who = names_in(named, line.words)
    if number is not None and not 0 < number <= 100:
        return Command(verb=verb, who=who, problem="bad_amount", word=amount)
    return Command(verb=verb, who=who, percent=number, cents=cents)


def after_name(line: Line) -> Command:
    """Sipho sick; Zoë paid R500 on 24 Oct; 10% off Zoë."""
    discount = _discount("discount", line)
    if discount.verb:
        return discount
    typed = line.rest.split()
    tokens = [plain(word) for word in typed]
    best: tuple[int, int, str] | None = None
    for verb, phrases in line.words.owner_after_name.items():
        for parts in (phrase.split() for phrase in phrases):
            for i in range(len(tokens) - len(parts) + 1):
                longer = best is None or (i, -len(parts)) < (best[0], -best[1])
                if verb != "off" and longer and tokens[i : i + len(parts)] == parts:
                    best = (i, len(parts), verb)
    if best is None:
        return Command()
    at, length, verb = best
    name, rest = " ".join(typed[:at]), " ".join(typed[at + length :])
    cents: int | None = None
    if verb == "paid":
        cents, rest = take_amount(line, rest)
    when = line.when(rest, back=verb != "sick")
    if not name:  # "no-show Sipho"
        name, when = when.before or when.after, replace(when, before="", after=when.after if when.before else "")
    command = _dated(Command(verb=verb, who=names_in(name, line.words), cents=cents, text=when.rest), when)
    return command if command.who else Command()


#: Verb -> its parser.
PARSERS: Mapping[str, Callable[[str, Line], Command]] = {
    **dict.fromkeys(_ALONE, _alone),
    **dict.fromkeys(("undo", "why"), _numbered),
    **dict.fromkeys(("find", "deactivate", "balance", "close"), _whom),
    **dict.fromkeys(("export", "rehearse", "update"), _text),
    **dict.fromkeys(("book", "suspend", "resume"), _book),
    **dict.fromkeys(("add", "add_client", "convert"), _add),
    "cancel": _cancel,
    "cancel_all": _cancel_all,
    "move": _move,
    "invoice": _invoice,
    "change_type": _change_type,
    "discount": _discount,
}
