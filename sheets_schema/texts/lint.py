"""The checks of the copy: every text with its placeholders at their longest. `python -m sheets_schema.texts.lint`."""

import re
import sys
from collections.abc import Iterator, Mapping

from sheets_schema.texts import vocabulary
from sheets_schema.texts.catalogue import Catalogue, aliases, fill, fill_button, load, older
from sheets_schema.texts.model import PLACEHOLDER, Message, names_in
from sheets_schema.texts.reading import languages
from sheets_schema.texts.review import WORD, refused, selling_in

_BANNED = ("kindly", "please note", "invalid", "failed", "error", "sync", "bot", "system", "he", "she", "his", "her")
_CAPITALS = {"STOP", "START", "PDF", "INV", "VAT", "XX", "XXX", "XXXX", "EFT"}
#: what WhatsApp's review refuses, in our words
_TEMPLATE = {
    "ends": "a variable at an end",
    "beside": "two variables beside each other",
    "twice": "a variable twice",
    "optional": "an optional part",
}
#: Cells and answers with a length of their own.
_LONGEST = {"problems": 90, "bookings": 320, "money": 320, "talk": 320, "owner": 400, "answers": 400}

#: The copy as it was written, where it is longer or other than the rule: key -> names of the checks it is let off.
EXCEPTIONS: Mapping[str, frozenset[str]] = {
    "talk.empty": frozenset({"banned"}),  # "can I bring a friend" is what a client would say
    "decide.not_told_done": frozenset({"banned"}),  # the owner says it herself
    "today.status": frozenset({"banned"}),  # the status line alone may say "in sync"
    "poster.away": frozenset({"banned"}),  # the owner speaks from her old number
    "paper.for": frozenset({"signs"}),  # a label in small print, drawn in capitals
    "problem.header_gone": frozenset({"length"}),  # a line of Today, not of a cell
    "problem.in_row": frozenset({"length"}),  # same
}


def lint(language: str = "en") -> tuple[str, ...]:
    """What is wrong with the texts of a language, one line each; empty when all is well."""
    catalogue = load(language)
    lines = [line for message in catalogue.messages.values() for line in check(message, catalogue)]
    used = {name for message in catalogue.messages.values() for name in message.placeholders}
    lines += [f"samples: {name} is used by no text" for name in sorted(catalogue.placeholders.keys() - used)]
    lines += [
        f"aliases: {old} names no text {key}"
        for old, keys in aliases().items()
        for key in keys
        if key not in catalogue.messages
    ]
    lines += _older(catalogue)
    lines += _vocabulary(language)
    return tuple(lines)


def check(message: Message, catalogue: Catalogue) -> tuple[str, ...]:
    """What is wrong with one text, as "key: check: what"."""
    unknown = [
        name
        for name in sorted(message.placeholders)
        if name not in catalogue.placeholders and name not in catalogue.ids
    ]
    if unknown:
        return (f"{message.key}: sample: no sample for {', '.join(unknown)}",)
    let_off = EXCEPTIONS.get(message.key, frozenset())
    checks = (_length, _labels, _wording, _sentences, _template)
    found = [hit for one in checks for hit in one(message, catalogue)]
    return tuple(f"{message.key}: {name}: {what}" for name, what in found if name not in let_off)


Hit = tuple[str, str]


def longest(message: Message, catalogue: Catalogue) -> dict[str, str]:
    """A value of the longest allowed length for every placeholder of a message."""
    values = {}
    for name in message.placeholders:
        known = catalogue.placeholders.get(name) or catalogue.ids[name]
        limit = catalogue.cell_limits.get(name, known.longest) if message.group == "problems" else known.longest
        values[name] = (known.sample + "m" * limit)[:limit]
    return values


def _length(message: Message, catalogue: Catalogue) -> Iterator[Hit]:
    size = len(fill(message.text, longest(message, catalogue)))
    limit = _LONGEST.get(message.group, 4096)
    if message.is_template:
        limit = min(limit, 1024) if message.for_clients else 1024
    if message.key == "answer.menu":
        limit = 800
    if message.kind != "E" and size > limit:
        yield "length", f"{size} letters at its longest, at most {limit}"
    if message.key == "answer.menu" and message.text.count("\n") >= 15:
        yield "length", "more than 15 lines"


def _labels(message: Message, catalogue: Catalogue) -> Iterator[Hit]:
    if len(message.buttons) > 3:
        yield "buttons", "more than 3 buttons"
    values = longest(message, catalogue)
    for button in (*message.buttons, *message.rows):
        label = fill(button.label, values)
        if len(label) > (24 if button in message.rows else 20) and not button.short:
            yield "buttons", f'"{label}" is too long for a button'
        if len(fill_button(button, values).label) > 20 or len(button.row) > 24 or len(button.description) > 72:
            yield "buttons", f'"{button.label}" is too long for a button or a row'
        if bool(button.id) == bool(button.url):
            yield "buttons", f'"{button.label}" needs an action or an address'
        if button.id and "_" not in button.id:
            yield "buttons", f'action "{button.id}" is not <verb>_<reference>'
    if len({button.label for button in message.buttons}) < len(message.buttons):
        yield "buttons", "two buttons of one label"
    if len(message.list_label) > 20:
        yield "buttons", "the list button is too long"


def _wording(message: Message, _catalogue: Catalogue) -> Iterator[Hit]:
    words = f"{message.subject}\n{message.text}"
    plain = PLACEHOLDER.sub(" ", words).casefold().replace("studio-sync", " ")
    for banned in _BANNED:
        if re.search(rf"\b{re.escape(banned)}\b", plain):
            yield "banned", f'"{banned}"'
    if re.search(r"\bI\b", words):
        yield "banned", '"I"'
    if re.search("[\u2018\u2019\u201c\u201d\u2026\u2013\u2014]", words + "".join(b.label for b in message.buttons)):
        yield "signs", "curly quotes, long dashes or dots"
    if words.count("!") > (1 if message.kind == "M" else 0):
        yield "signs", "too many exclamation marks"
    if re.search("[\U0001f300-\U0001faff\u2764]", words):
        yield "signs", "an emoji"
    shouted = [w for w in re.findall(r"\b[A-Z]{3,}\b", PLACEHOLDER.sub(" ", words)) if w not in _CAPITALS]
    if shouted:
        yield "signs", f"capitals: {', '.join(shouted)}"
    if message.kind == "U":
        yield from (("selling", f'"{selling}"') for selling in selling_in(words))


def _sentences(message: Message, _catalogue: Catalogue) -> Iterator[Hit]:
    for sentence in re.split(r"[.?!;:]+(?:\s|$)|\n", message.text):
        count = len(WORD.findall(sentence))
        if count > 17:
            yield "sentence", f"{count} words: {sentence.strip()[:60]}..."


def _template(message: Message, catalogue: Catalogue) -> Iterator[Hit]:
    if not message.is_template:
        return
    found = names_in(message.text)
    yield from (("template", _TEMPLATE[what]) for what, _ in refused(message.text) if what != "few")
    count = sum(len(WORD.findall(piece)) for piece in PLACEHOLDER.split(message.text)[::2])
    if count < 3 * len(found):
        yield "template", f"{count} words for {len(found)} variables"
    if any(re.search(r"[\n\t]|\s{5}", catalogue.placeholders[name].sample) for name in found):
        yield "template", "a sample with a line break, tab or 5 spaces"
    if message.ttl_seconds and not 30 <= message.ttl_seconds <= 43200:
        yield "template", "lives less than 30 s or more than 12 h"


def _older(catalogue: Catalogue) -> Iterator[str]:
    """Whoever sends the message must know what an older template wants."""
    for name in aliases():
        old = older(name)
        said = [catalogue.messages[key] for key in old.says if key in catalogue.messages] if old else []
        for message in said if old else ():
            unknown = set(old.parameters) - message.required - message.also - {"words"} if old else set()
            if unknown:
                yield f"aliases: {name}: {message.key} does not know {', '.join(sorted(unknown))}"


def _vocabulary(language: str) -> Iterator[str]:
    words = vocabulary.vocabulary(language)
    for who, section in (("owner", words.owner), ("client", words.client), ("types", words.types)):
        seen: dict[str, str] = {}
        for meaning, phrases in section.items():
            for phrase in phrases:
                if phrase != phrase.casefold() or phrase != " ".join(phrase.split()):
                    yield f"commands: {who} {phrase!r} is not in small letters"
                if phrase in seen:
                    yield f"commands: {who} {phrase!r} means {seen[phrase]} and {meaning}"
                seen[phrase] = meaning


def main() -> int:
    """Print what is wrong in every language; 1 if anything is."""
    found = [f"{code}: {line}" for code in languages().values() for line in lint(code)]
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
