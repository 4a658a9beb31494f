"""What WhatsApp says of our templates, kept in the rows of Templates: by webhook, by a list we asked for, by a refusal.

A template leaves in the words WhatsApp has. New words of hers wait beside them under the next name
(``booking_confirmed_v2``) until they are approved; then they take over. Source: facts/whatsapp 1.2, 1.4, 1.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheets_schema.snapshot import Snapshot, cells
from sheets_schema.tabs.wording import CHANGED, TEMPLATES, TemplateRow
from sheets_schema.texts.catalogue import load, older, part
from sheets_schema.texts.model import PLACEHOLDER, names_in
from sheets_schema.texts.templates import template_name
from studio_sync.rules.effects import Ask
from studio_sync.rules.facts import NewsCame, Outcome, RowChanged
from studio_sync.rules.ink import Ink
from studio_sync.rules.nudges import news as nudge

#: news of ours, put by ``studio-sync templates``: what WhatsApp listed, and what was sent in
LISTED, SUBMITTED = "message_templates", "message_templates_submitted"
#: WhatsApp's word -> ours
STATUS = {
    "APPROVED": "approved",
    "REINSTATED": "approved",
    "FLAGGED": "approved",
    "PENDING": "in review",
    "IN_APPEAL": "in review",
    "REJECTED": "rejected",
    "LIMIT_EXCEEDED": "rejected",
    "PAUSED": "paused",
    "DISABLED": "disabled",
    "PENDING_DELETION": "not there",
    "DELETED": "not there",
}
QUALITY = {"GREEN": "high", "YELLOW": "medium", "RED": "low"}
CATEGORIES = ("utility", "marketing")
#: codes with which WhatsApp refuses one template (facts/whatsapp 1.4) -> the status that follows, "" for none
REFUSALS = {
    132000: "",
    132001: "not there",
    132005: "",
    132007: "rejected",
    132012: "",
    132015: "paused",
    132016: "disabled",
}
#: statuses of a template that may leave, or is about to; and those in which it cannot
HOPED, LOST = ("approved", "in review"), ("rejected", "paused", "disabled", "not there")
_VARIABLE = re.compile(r"\{\{\s*([a-z0-9_]+)\s*\}\}")
LONGEST_REASON = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One template as WhatsApp lists it."""

    name: str
    language: str
    status: str = ""
    category: str = ""
    quality: str = ""
    reason: str = ""
    #: with its variables as they stand there; None when it was not told
    body: str | None = None
    taps: int | None = None


def listed(items: Iterable[Any]) -> list[Listed]:
    """The templates in WhatsApp's answer; what is none of its shape is left out."""
    return [_listed(item) for item in items if isinstance(item, Mapping) and item.get("name")]


def _listed(item: Mapping[str, Any]) -> Listed:
    parts = [part for part in _list(item.get("components")) if isinstance(part, Mapping)]
    by_kind = {str(part.get("type", "")).upper(): part for part in parts}
    buttons = [each for each in _list(by_kind.get("BUTTONS", {}).get("buttons")) if isinstance(each, Mapping)]
    score = item.get("quality_score")
    quality = score.get("score") if isinstance(score, Mapping) else score
    reason = _reason(item.get("rejected_reason"))
    return Listed(
        name=str(item["name"]),
        language=str(item.get("language", "")),
        status=STATUS.get(str(item.get("status", "")).upper(), ""),
        category=str(item.get("category", "")).lower(),
        quality=QUALITY.get(str(quality).upper(), ""),
        reason=reason,
        body=str(by_kind["BODY"].get("text", "")) if "BODY" in by_kind else None,
        taps=sum(str(each.get("type", "")).upper() == "QUICK_REPLY" for each in buttons) if parts else None,
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _reason(value: Any) -> str:
    """WhatsApp's reason as one short line of small letters; "" for none."""
    text = " ".join(str(value or "").split())[:LONGEST_REASON].rstrip(".")
    if text.upper() in {"", "NONE"}:
        return ""
    return text.replace("_", " ").lower() if text.isupper() else text


# -- words and their variables


def numbered(words: str) -> str:
    """Named placeholders as WhatsApp numbers them: ``{first}`` -> ``{{1}}``."""
    order = {name: f"{{{{{number}}}}}" for number, name in enumerate(names_in(words), 1)}
    return PLACEHOLDER.sub(lambda found: order[found[1]], words)


def named(body: str, row: TemplateRow) -> str:
    """WhatsApp's words with our placeholders in their variables; a variable nobody can name stays as it is.

    Words of ours are recognised; a template of an older system has a known order, one of hers may call its variables as
    we do; else Body says it, in its order.
    """
    ours = load().messages.get(row.message)
    shipped = ours.text if ours else ""
    for words in (row.live, row.waiting_words, row.body, shipped):
        if words and numbered(words) == body:
            return words
    found = variables(body)
    known = older(row.name)
    names = known.parameters if known else names_in(row.body or shipped)
    if found and {*found} <= {*names_in(f"{row.body} {shipped}"), *(ours.also if ours else ())}:
        names = found  # they are called as we call them
    if len(names) != len(found):
        return body
    return _VARIABLE.sub(lambda place: f"{{{names[found.index(place[1])]}}}", body)


def variables(body: str) -> tuple[str, ...]:
    """The variables of WhatsApp's words in order of appearance: numbers, or names she gave them in its Manager."""
    return tuple(dict.fromkeys(_VARIABLE.findall(body)))


def names_of(body: str) -> str:
    """The names of the variables as the row keeps them; "" where they are numbers."""
    found = variables(body)
    return "" if all(name.isdecimal() for name in found) else " ".join(found)


def unnamed(row: TemplateRow) -> int:
    """How many variables of the words at WhatsApp nobody can fill."""
    return len(set(_VARIABLE.findall(row.live)))


def is_ours(row: TemplateRow) -> bool:
    """Whether the name is one we give: such a template is submitted by us, and again when its words change."""
    stem = template_name(row.message).rpartition("_v")[0]
    return bool(re.fullmatch(rf"{re.escape(stem)}_v\d+", row.name))


def next_name(row: TemplateRow, taken: Iterable[str]) -> str:
    """The first name of ours for this message that WhatsApp does not have yet."""
    stem, there = template_name(row.message).rpartition("_v")[0], set(taken)
    number = 1
    while f"{stem}_v{number}" in there:
        number += 1
    return f"{stem}_v{number}"


# -- what is written into the rows


def told_cells(row: TemplateRow, item: Listed) -> dict[str, Any]:
    """The fields of a row that differ after WhatsApp told this about its template."""
    if item.name == row.waiting and item.name != row.name:
        return _of_waiting(row, item)
    wanted: dict[str, Any] = {"status": item.status or row.status}
    wanted["said"] = item.reason if wanted["status"] in {"rejected", "disabled"} else ""
    if item.category in CATEGORIES:
        wanted["category"] = item.category
    if item.quality or item.body is not None:
        wanted["quality"] = item.quality
    if item.body is not None:
        wanted["live"] = named(item.body, row)
        wanted["taps"] = item.taps
        wanted["gaps"] = names_of(item.body)
    elif wanted["status"] == "approved" and not row.live:
        wanted["live"] = row.body
    return {name: value for name, value in wanted.items() if getattr(row, name) != value}


def _of_waiting(row: TemplateRow, item: Listed) -> dict[str, Any]:
    """New words of hers: approved they take over, refused they are said to be, and the old ones go on."""
    if item.status == "approved":
        words = row.waiting_words or row.body
        left = "" if row.body in {"", words} else CHANGED
        return {
            "name": item.name, "live": words, "status": "approved", "said": "", "waiting": left, "waiting_words": "",
            "taps": None, "gaps": "",
        }  # fmt: skip
    if item.status in {"rejected", "disabled"} and row.said != (item.reason or item.status):
        return {"said": item.reason or item.status}
    return {}


def sent_in(row: TemplateRow, name: str, words: str, status: str) -> dict[str, Any]:
    """The fields of a row after its words were sent in under ``name``."""
    usable = row.status in {"approved", "paused"}
    if usable and name != row.name and status != "approved":
        return {"waiting": name, "waiting_words": words, "said": ""}
    return {
        "name": name, "live": words, "status": status, "said": "", "waiting": "", "waiting_words": "", "quality": "",
        "taps": None, "gaps": "",
    }  # fmt: skip


def known_rows(rows: Mapping[str, TemplateRow], items: Sequence[Listed]) -> dict[str, dict[str, Any]]:
    """Row id -> fields to write, after a whole list came: what is not on it is not there."""
    there = {(item.name, item.language): item for item in items}
    found: dict[str, dict[str, Any]] = {}
    for row_id, row in rows.items():
        item = there.get((row.waiting, row.language)) if row.waiting not in {"", CHANGED} else None
        changed = told_cells(row, item) if item else {}
        if "name" not in changed:
            own = there.get((row.name, row.language))
            gone = {"status": "not there"} if row.status != "not there" else {}
            changed |= told_cells(row, own) if own else gone
        if changed:
            found[row_id] = changed
    return found


# -- facts


def news(ink: Ink, fact: NewsCame) -> None:
    """A status, quality or category that WhatsApp told, or what the command line listed or sent in."""
    data = fact.data
    if fact.field == LISTED:
        whole_list(ink, data.get("listed"))
        return
    if fact.field == SUBMITTED:
        _submitted(ink, data)
        return
    name, language = str(data.get("message_template_name") or ""), str(data.get("message_template_language") or "")
    item = Listed(
        name=name,
        language=language,
        status=STATUS.get(str(data.get("event", "")).upper(), ""),
        category=str(data.get("new_category", "")).lower(),
        quality=QUALITY.get(str(data.get("new_quality_score", "")).upper(), ""),
        reason=_reason(data.get("reason")),
    )
    for row in ink.snap.templates:
        if language in {"", row.language} and name and name in {row.name, row.waiting}:
            _write(ink, row.id, told_cells(row, item))


def whole_list(ink: Ink, items: Any) -> None:
    """WhatsApp's whole list came."""
    rows = {row.id: row for row in ink.snap.templates if row.message and row.name}
    found = known_rows(rows, listed(_list(items)))
    for row_id, changed in found.items():
        _write(ink, row_id, changed)
    _tell_lost(ink, [(rows[row_id], changed) for row_id, changed in found.items()])


def _submitted(ink: Ink, data: Mapping[str, Any]) -> None:
    for told in _list(data.get("rows")):
        row = ink.snap.templates.get(str(told.get("id"))) if isinstance(told, Mapping) else None
        if row is not None:
            status = STATUS.get(str(told.get("status", "")).upper(), "in review")
            _write(ink, row.id, sent_in(row, str(told.get("name")), str(told.get("body", "")), status))


def row_changed(ink: Ink, fact: RowChanged) -> None:
    """She changed a row of Templates: other words wait to be sent in, another name is looked up at WhatsApp."""
    row = ink.snap.templates.get(fact.row_id)
    if row is None or not row.message:
        return
    values: dict[str, Any] = {}
    if not row.name:
        values["name"] = template_name(row.message)
    if not row.language:
        values["language"] = ink.snap.settings.language
    if fact.changed("name", "language", "message"):
        values |= {
            "status": "",
            "live": "",
            "said": "",
            "waiting": "",
            "waiting_words": "",
            "quality": "",
            "taps": None,
            "gaps": "",
        }
        look(ink)
    elif fact.changed("body") and row.live and is_ours(row):
        same = row.body in {"", row.live, row.waiting_words}
        values["waiting"] = row.waiting if same and row.waiting != CHANGED else "" if same else CHANGED
    _write(ink, row.id, {name: value for name, value in values.items() if getattr(row, name) != value}, told=False)


def refused(ink: Ink, fact: Outcome) -> None:
    """WhatsApp refused a message for its template: written into the row, and asked what is true."""
    name, language = str(fact.result.get("name") or ""), str(fact.result.get("language") or "")
    status = REFUSALS.get(int(fact.result.get("code") or 0), "")
    for row in ink.snap.templates:
        if row.name == name and row.language in {"", language}:
            reason = "" if status == "paused" else _reason(fact.result.get("reason"))
            wanted = {"status": status or row.status, "said": reason}
            changed = {key: value for key, value in wanted.items() if getattr(row, key) != value}
            _write(ink, row.id, changed)
            _tell_lost(ink, [(row, changed)])
    look(ink)


def _tell_lost(ink: Ink, told: Sequence[tuple[TemplateRow, Mapping[str, Any]]]) -> None:
    """What could leave, or was about to, and cannot any more: one sentence to the owner, however many there are."""
    lost = [row for row, changed in told if row.status in HOPED and changed.get("status") in LOST]
    if len(lost) == 1:
        status = next(str(changed["status"]) for row, changed in told if row is lost[0])
        nudge(ink, part("nudge.template", name=lost[0].message, what=status))
    elif lost:
        nudge(ink, part("nudge.templates", n=str(len(lost)), name=lost[0].message))


def knows(snap: Snapshot, name: str, event: str) -> bool:
    """Whether every row of a template says already that it is lost in this way: the owner has heard it then."""
    rows = [row for row in snap.templates if name and name in {row.name, row.waiting}]
    status = STATUS.get(event)
    return bool(rows) and status in LOST and all(row.name == name and row.status == status for row in rows)


def look(ink: Ink, *, daily: bool = False) -> None:
    """Ask WhatsApp for its list. ``daily``: tomorrow is soon enough when it does not answer."""
    key = f"{ink.fact.key}/ask:templates"
    if all(effect.key != key for effect in ink.effects):
        ink.effects.append(Ask(key=key, what="templates", data={"daily": True} if daily else {}))


def _write(ink: Ink, row_id: str, changed: Mapping[str, Any], *, told: bool = True) -> None:
    if changed:
        more = {"told": ink.now} if told else {}
        ink.put(
            "templates",
            row_id,
            projection=True,
            label="told",
            raw=cells(TEMPLATES, ink.snap.context, **changed, **more),
        )
