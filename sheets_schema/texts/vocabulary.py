"""Command words of one language: what the owner and the clients may type. Small letters throughout."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sheets_schema.texts.reading import languages, read_toml

Words = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Meaning -> the words for it, the one we print first."""

    #: verbs at the beginning of the owner's line
    owner: Words
    #: verbs behind a name: "Sipho sick"
    owner_after_name: Words
    #: what clients type, whole phrases; `cancel` and `message` may be followed by more
    client: Words
    #: yes, no, skip: only while a question waits for its answer
    answers: Words
    #: session type -> words
    types: Words
    #: today, tomorrow, next, last, this, every, week, month
    day_words: Words
    #: weekdays and each_weekday (Monday first), months (January first), ordinals, half_days: spellings of each
    calendar: Mapping[str, tuple[tuple[str, ...], ...]]
    #: with, to, on, at, for, ...
    links: Words
    #: never taken for a name
    not_names: frozenset[str]


@lru_cache(maxsize=8)
def vocabulary(language: str = "en") -> Vocabulary:
    """The command words of a language, by its code; ValueError if we do not speak it."""
    if language not in languages().values():
        raise ValueError(f"No words in language {language!r}")
    data = read_toml(f"{language}/commands.toml")
    after_name = data["owner"].pop("after_name")
    return Vocabulary(
        owner=_words(data["owner"]),
        owner_after_name=_words(after_name),
        client=_words(data["client"]),
        answers=_words(data["answers"]),
        types=_words(data["types"]),
        day_words=_words(data["day_words"]),
        calendar={name: tuple(map(tuple, rows)) for name, rows in data["calendar"].items()},
        links=_words(data["links"]),
        not_names=frozenset(word for words in data["not_names"].values() for word in words),
    )


def client_intent(text: str, language: str = "en") -> str:
    """The meaning of a client's whole line, e.g. "bookings"; empty if it is none of the phrases."""
    return _exactly(text, vocabulary(language).client)


def short_answer(text: str, language: str = "en") -> str:
    """yes, no or skip, when a question waits; empty if it is none of them."""
    return _exactly(text, vocabulary(language).answers)


def owner_verb(text: str, language: str = "en") -> tuple[str, str]:
    """(meaning, rest of the line) of the longest verb the owner's line begins with; ("", line) if none."""
    line = _plain(text)
    found = [
        (len(word), meaning, line[len(word) :].strip())
        for meaning, words in vocabulary(language).owner.items()
        for word in words
        if line == word or line.startswith(word + " ")
    ]
    if not found:
        return "", line
    _, meaning, rest = max(found)
    return meaning, rest


def _exactly(text: str, words: Words) -> str:
    line = _plain(text)
    return next((meaning for meaning, phrases in words.items() if line in phrases), "")


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2019", "'").casefold().split()).strip(" .!?,")


def _words(section: Mapping[str, list[str]]) -> Words:
    return {meaning: tuple(words) for meaning, words in section.items()}
