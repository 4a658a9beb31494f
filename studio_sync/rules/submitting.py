"""What of Templates is to be sent in to WhatsApp, and what stands in the way. Pure; ``desk/templates.py`` does it.

WhatsApp takes 100 new templates an hour and keeps 250 in all (facts/whatsapp 1.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sheets_schema.tabs.wording import CHANGED, TEMPLATES, TemplateRow
from sheets_schema.texts.catalogue import load, part
from sheets_schema.texts.own import Fault, template_fault, worded
from sheets_schema.texts.templates import TemplateSpec, template_name, template_of
from studio_sync.rules.approval import Listed, is_ours, next_name, numbered

PER_HOUR, IN_ALL = 100, 250
#: new: send it in; changed: send the new words in under the next name; same: nothing to do; waits: in review;
#: yours: a template of hers that WhatsApp has; refused: WhatsApp said no to these words; fault: cannot be sent in
What = Literal["new", "changed", "same", "waits", "yours", "refused", "fault"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One row of Templates, and what is to be done about it."""

    row: TemplateRow
    what: What
    #: to send in, with ``new`` and ``changed``
    spec: TemplateSpec | None = None
    #: with named placeholders
    words: str = ""
    #: in words: what is wrong, or what WhatsApp said
    because: str = ""


def plan(
    rows: Iterable[TemplateRow], items: Sequence[Listed], *, owner: str, link_base: str, usual: str = "en"
) -> tuple[Step, ...]:
    """A step for every row that names a message, in the order of the tab. ``usual``: the studio's language."""
    there = {(item.name, item.language): item for item in items}
    taken = {item.name for item in items}
    steps = []
    for row in rows:
        if not row.message:
            continue
        known = load().messages.get(row.message)
        named = row.name or (template_name(row.message) if known else "")
        steps.append(_step(replace_row(row, named, usual), there, taken, owner, link_base))
        if steps[-1].spec:
            taken.add(steps[-1].spec.name)
    return tuple(steps)


def replace_row(row: TemplateRow, name: str, language: str) -> TemplateRow:
    """A row with what is blank in it said."""
    return replace(row, name=name, language=row.language or language)


def _step(row: TemplateRow, there: dict[tuple[str, str], Listed], taken: set[str], owner: str, link_base: str) -> Step:
    fault = template_fault(row.message, row.body, row.buttons, row.category)
    if fault:
        return Step(row=row, what="fault", because=said(fault))
    words = row.body or load().message(row.message).text
    item = there.get((row.name, row.language))
    if item is None:
        return Step(row=row, what="new", spec=spec_of(row, row.name, owner, link_base), words=words)
    if not is_ours(row):
        return Step(row=row, what="yours", because=item.reason)
    if item.body in {None, numbered(words)}:
        return _same(row, item)
    later = there.get((row.waiting, row.language)) if row.waiting not in {"", CHANGED} else None
    if later is not None and later.body == numbered(words):
        return _same(row, later)
    name = next_name(row, taken)
    return Step(row=row, what="changed", spec=spec_of(row, name, owner, link_base), words=words)


def _same(row: TemplateRow, item: Listed) -> Step:
    what: What = "waits" if item.status == "in review" else "refused" if item.status == "rejected" else "same"
    return Step(row=row, what=what, because=item.reason or item.status)


def spec_of(row: TemplateRow, name: str, owner: str, link_base: str) -> TemplateSpec:
    """A row as a template to send in under ``name``, with samples."""
    message = worded(row.message, row.body, row.buttons)
    spec = template_of(message, owner=owner, link_base=link_base)
    category = (row.category or spec.category).upper()
    return replace(spec, name=name, language=row.language, category=category)


def said(fault: Fault) -> str:
    """What is wrong with her words, as her Problem column says it: the column is named first."""
    title = TEMPLATES.column(fault.column).title
    named = fault.text != "problem.too_long" and fault.column != "message"
    return part(fault.text, **fault.values, **({"column": title} if named else {}))
