"""The texts of one language: read once, looked up by key, rendered strictly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sheets_schema.texts.model import OPTIONAL, PLACEHOLDER, Button, Message, Placeholder, Rendered, names_in
from sheets_schema.texts.reading import languages, read_message, read_toml

GROUPS = (
    "bookings",
    "money",
    "talk",
    "digests",
    "owner",
    "answers",
    "mails",
    "parts",
    "problems",
    "ticks",
    "today",
    "paper",
)
_MAX_BUTTONS, _MAX_ROWS, _MAX_LABEL, _MAX_ROW, _MAX_DESCRIPTION = 3, 10, 20, 24, 72


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All texts of one language."""

    language: str
    messages: Mapping[str, Message]
    #: what may stand in a placeholder
    placeholders: Mapping[str, Placeholder]
    #: ids and addresses that only buttons carry
    ids: Mapping[str, Placeholder]
    #: shorter limits in a Problem cell
    cell_limits: Mapping[str, int]

    def message(self, key: str) -> Message:
        """The text of that key; ValueError if there is none."""
        try:
            return self.messages[key]
        except KeyError:
            raise ValueError(f"No text called {key} in {self.language}") from None


@lru_cache(maxsize=8)
def load(language: str = "en") -> Catalogue:
    """The texts of a language, by its code; ValueError if we do not speak it."""
    if language not in languages().values():
        raise ValueError(f"No texts in language {language!r}")
    messages: dict[str, Message] = {}
    for group in GROUPS:
        for key, entry in read_toml(f"{language}/{group}.toml").items():
            if key in messages:
                raise ValueError(f"{key} stands twice, in {group} and {messages[key].group}")
            messages[key] = read_message(key, group, entry)
    samples = read_toml(f"{language}/samples.toml")
    return Catalogue(
        language=language,
        messages=messages,
        placeholders={name: Placeholder(**value) for name, value in samples["text"].items()},
        ids={name: Placeholder(**value) for name, value in samples["ids"].items()},
        cell_limits=samples["cell"],
    )


@dataclass(frozen=True, kw_only=True)
class OldTemplate:
    """A template of an older system, which its owner may have approved already."""

    name: str
    #: keys of the messages that say the same
    says: tuple[str, ...]
    language: str
    #: what stands behind its variables, in order
    parameters: tuple[str, ...]


@lru_cache(maxsize=1)
def _older() -> Mapping[str, OldTemplate]:
    return {
        name: OldTemplate(
            name=name,
            says=tuple(entry["says"]),
            language=entry.get("language", "en_US"),
            parameters=tuple(entry.get("parameters", ())),
        )
        for name, entry in read_toml("aliases.toml").items()
    }


def older(name: str) -> OldTemplate | None:
    """The older system's template of that name, or None."""
    return _older().get(name)


@lru_cache(maxsize=1)
def aliases() -> Mapping[str, tuple[str, ...]]:
    """Template names of the older system -> the keys that say the same."""
    return {old.name: old.says for old in _older().values()}


def render(key: str, values: Mapping[str, str], language: str = "en", *, choices: Sequence[Button] = ()) -> Rendered:
    """The text of `key` with its placeholders filled; see `render_message`."""
    catalogue = load(language)
    return render_message(catalogue.message(key), values, catalogue, choices=choices)


def render_message(
    message: Message, values: Mapping[str, str], catalogue: Catalogue, *, choices: Sequence[Button] = ()
) -> Rendered:
    """A text, ours or in her own words, with its placeholders filled.

    Every required placeholder (ids of buttons too) must have a non-empty value and no other may be given: ValueError
    names the key and the placeholder. A part in `[..]` appears when all its placeholders have a value. Words a person
    typed are put on one line and cut to their longest. `choices` go in front of the message's own buttons; more than 3
    become a list.
    """
    _check(message, values)
    if choices and not message.takes_choices:
        raise ValueError(f"{message.key} takes no choices")
    tidy = {name: _tidy(catalogue, message, name, value) for name, value in values.items()}
    own = tuple(fill_button(button, tidy) for button in message.buttons if _wanted(button, tidy))
    rows = tuple(_as_row(fill_button(row, tidy)) for row in message.rows)
    buttons = (*(_fit(choice) for choice in choices), *own)
    if len(buttons) > _MAX_BUTTONS:
        rows, buttons = tuple(_as_row(b) for b in (*choices[: _MAX_ROWS - len(own)], *own)), ()
    return Rendered(
        text=fill(message.text, tidy),
        buttons=buttons,
        rows=rows,
        list_label=(message.list_label or "Choose") if rows else "",
        subject=fill(message.subject, tidy),
        document=fill(message.document, tidy),
    )


def part(key: str, language: str = "en", **values: str) -> str:
    """The bare words of a part or a cell text: `part("told.done", first="Thandi")`."""
    return render(key, values, language).text


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with `[..]` decided and placeholders replaced, in one pass, so that values are never read as text of ours."""
    kept = OPTIONAL.sub(lambda m: m[1] if all(values.get(name) for name in names_in(m[1])) else "", text)
    return PLACEHOLDER.sub(lambda m: values[m[1]], kept)


def fill_button(button: Button, values: Mapping[str, str]) -> Button:
    """The button with its placeholders filled; a label that grew too long gives way to the short one."""
    label, id_, url, short, row, description = (fill(text, values) for text in button.texts)
    return _fit(Button(label=label, id=id_, url=url, short=short, row=row, description=description))


def _wanted(button: Button, values: Mapping[str, str]) -> bool:
    return not button.optional or all(values.get(name) for text in button.texts for name in names_in(text))


def _fit(button: Button) -> Button:
    if len(button.label) <= _MAX_LABEL:
        return button
    return replace(button, label=button.short or clip(button.label, _MAX_LABEL), row=button.row or button.label)


def clip(text: str, longest: int) -> str:
    """The text, cut to so many letters with "..." at the end."""
    return text if len(text) <= longest else text[: max(longest - 3, 0)].rstrip() + "..."


def _as_row(button: Button) -> Button:
    label, description = button.row or button.label, clip(button.description, _MAX_DESCRIPTION)
    return replace(button, label=clip(label, _MAX_ROW), description=description)


def _tidy(catalogue: Catalogue, message: Message, name: str, value: str) -> str:
    known = catalogue.placeholders.get(name)
    if known is None or not (known.clip or message.group == "problems"):
        return value
    limit = catalogue.cell_limits.get(name, known.longest) if message.group == "problems" else known.longest
    return clip(" ".join(value.split()), limit)


def _check(message: Message, values: Mapping[str, str]) -> None:
    for name in sorted(message.required):
        if not values.get(name):
            raise ValueError(f"{message.key} needs a value for {{{name}}}")
    for name in values:
        if name not in message.placeholders:
            raise ValueError(f"{message.key} has no placeholder {{{name}}}")
