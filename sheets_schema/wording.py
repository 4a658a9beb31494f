"""Which words a message has: hers from Templates and Texts where they can be used, else ours. Pure.

A template leaves in the words WhatsApp has approved (``TemplateRow.live``), not in those she typed since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from sheets_schema.issues import RowIssue
from sheets_schema.tabs.wording import TEMPLATES, TEXTS, TemplateRow, TextRow
from sheets_schema.texts.catalogue import load
from sheets_schema.texts.model import Message, names_in
from sheets_schema.texts.own import WHOLE, Fault, template_fault, text_fault, worded

#: what is tried when there is nothing in a person's own language
COMMON = "en"


@dataclass(frozen=True, kw_only=True)
class AtWhatsApp:
    """One template as it leaves: its name and language there, and the placeholders behind its variables in order."""

    name: str
    language: str
    #: as in Templates; "" when WhatsApp has not been asked
    status: str
    parameters: tuple[str, ...]
    #: what the template itself calls its variables, in the same order; () where it numbers them
    names: tuple[str, ...] = ()
    #: buttons to answer with; None: as many as our message has
    taps: int | None = None


class Wording:
    """The rows of Templates and Texts by message."""

    def __init__(self, templates: Iterable[TemplateRow], texts: Iterable[TextRow]) -> None:
        self._templates: dict[str, list[TemplateRow]] = {}
        for row in templates:
            self._templates.setdefault(row.message, []).append(row)
        self._texts: dict[str, list[TextRow]] = {}
        for text in texts:
            self._texts.setdefault(text.message, []).append(text)

    def message(self, key: str, language: str, usual: str) -> Message:
        """The words of ``key`` for a language (its code), then for the ``usual`` one, then English, then ours.

        Raises ``ValueError`` for a key that is none.
        """
        shipped = load().message(key)
        if shipped.is_template:
            row = _in_language(self._templates.get(key, ()), language, usual)
            usable = row is not None and template_fault(key, row.body, row.buttons, row.category) is None
            return worded(key, row.body, row.buttons) if row and usable and not _whole(row.body) else shipped
        own = _in_language(self._texts.get(key, ()), language, usual)
        if own is None or text_fault(key, own.text, own.buttons) is not None:
            return shipped
        return worded(key, own.text, own.buttons)

    def at_whatsapp(self, key: str, language: str, usual: str) -> tuple[AtWhatsApp, ...]:
        """The templates that may say ``key`` to someone, best first; () when Templates has no row for it.

        One with a variable that nobody can name (``{{1}}``) is none of them.
        """
        rows = sorted(self._templates.get(key, ()), key=lambda row: _rank(row.language, language, usual))
        usable = (row for row in rows if row.name and "{{" not in row.live)
        return tuple(at_whatsapp(row) for row in usable if _rank(row.language, language, usual) < _NEVER)

    @property
    def known(self) -> bool:
        """Whether there is a tab of templates with anything in it."""
        return bool(self._templates)

    def gaps(self, key: str) -> frozenset[str]:
        """Placeholders that any words of ``key`` may want filled."""
        rows = self._templates.get(key, ())
        return frozenset(name for row in rows for name in names_in(f"{row.live}\n{row.body}"))


def at_whatsapp(row: TemplateRow) -> AtWhatsApp:
    """The template of a row as it leaves."""
    parameters = names_in(row.live or row.body or load().message(row.message).text)
    names = tuple(row.gaps.split())
    return AtWhatsApp(
        name=row.name,
        language=row.language or COMMON,
        status=row.status,
        parameters=parameters,
        names=names if len(names) == len(parameters) else (),
        taps=row.taps,
    )


def wording_issues(templates: Iterable[TemplateRow], texts: Iterable[TextRow]) -> Iterator[RowIssue]:
    """What is wrong with her words, row by row."""
    for row in templates:
        fault = template_fault(row.message, row.body, row.buttons, row.category) if row.message else None
        if fault:
            yield _issue(TEMPLATES.key, row.id, fault, TEMPLATES.column(fault.column).title)
    for text in texts:
        fault = text_fault(text.message, text.text, text.buttons) if text.message else None
        if fault:
            yield _issue(TEXTS.key, text.id, fault, TEXTS.column(fault.column).title)


def _issue(tab: str, row_id: str, fault: Fault, title: str) -> RowIssue:
    named = fault.text != "problem.too_long" and fault.column != "message"
    values = {**fault.values, **({"column": title} if named else {})}
    return RowIssue(tab=tab, row_id=row_id, column=fault.column, text=fault.text, values=values)


_NEVER = 9
R = TypeVar("R", TemplateRow, TextRow)


def _rank(language: str, wanted: str, usual: str) -> int:
    """How well a row in ``language`` (``pt_BR``, blank: the usual one) serves someone; 0 is best."""
    code = language.replace("-", "_").partition("_")[0].casefold() or usual
    order = (wanted, usual, COMMON)
    return order.index(code) if code in order else _NEVER


def _in_language(rows: Iterable[R], language: str, usual: str) -> R | None:
    ranked = sorted(rows, key=lambda row: _rank(row.language, language, usual))
    return ranked[0] if ranked and _rank(ranked[0].language, language, usual) < _NEVER else None


def _whole(body: str) -> bool:
    """Her words hold ours whole: good for a template of an older system, no use as free text."""
    return WHOLE in names_in(body)
