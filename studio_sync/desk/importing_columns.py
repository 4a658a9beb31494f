"""Which column of a file is which of ours: by our headings, and by the usual words of other programs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sheets_schema.cells import Raw, is_blank, plain
from sheets_schema.columns import Tab

#: field of a client -> headings of other programs, in English, Portuguese, Afrikaans, German, French and Spanish.
#: "name.first" and the like are parts of one cell of ours.
WORDS: Mapping[str, str] = {
    "name": "full name|client name|client|customer|customer name|student|member|display name|nome|nome completo|cliente"
    "|naam|volle naam|kliënt|kunde|nom complet|nombre|nombre completo",
    "name.first": "first name|firstname|given name|forename|primeiro nome|voornaam|vorname|prénom",
    "name.last": "last name|lastname|surname|family name|sobrenome|apelido|van|familienaam|nachname|nom de famille"
    "|apellido|apellidos",
    "phone": "phone number|mobile|mobile number|mobile phone|cell|cell number|cellphone|cell phone|whatsapp|wa number"
    "|whatsapp number|telephone|tel|contact number|phone 1 value|telefone|celular|número|telemóvel|telefoon"
    "|selfoon|selnommer|foon|telefon|handy|téléphone|portable|teléfono|móvil",
    "email": "e mail|mail|email address|e mail address|e mail 1 value|e pos|epos|endereço de email|correo"
    "|correo electrónico|courriel",
    "birthday": "birth date|birthdate|date of birth|dob|aniversário|data de nascimento|nascimento|verjaarsdag"
    "|geboortedatum|geburtstag|geburtsdatum|date de naissance|anniversaire|cumpleaños|fecha de nacimiento",
    "birthday.day": "dob day|birth day|birthday day",
    "birthday.month": "dob month|birth month|birthday month",
    "usual_type": "session type|package type|class type",
    "status": "active|client status|situação",
    "consent": "marketing|newsletter|marketing consent|opt in|consentimento|toestemming",
    "language": "lang|idioma|língua|taal|sprache|langue",
    "notes": "note|comment|comments|remarks|observations|observações|observação|notas|bemerkung|bemerkungen",
    "health": "medical|medical notes|injuries|saúde|gesondheid|mediese notas",
    "price": "rate|fee|price per session|preço|valor|prys|tarief|preis|tarif|precio",
    "address": "street address|home address|postal address|endereço|adres|adresse|dirección",
}
#: what other programs write in cells that are words of a list here
VALUES: Mapping[str, Mapping[str, str]] = {
    "status": {
        **dict.fromkeys(("ativo", "aktief", "current", "yes", "true", "1"), "active"),
        **dict.fromkeys(("inactive", "inativo", "onaktief", "former", "archived", "no", "false", "0"), "left"),
        **dict.fromkeys(("on hold", "suspended", "pausado"), "paused"),
        **dict.fromkeys(("lead", "prospect", "novo", "nuut"), "new"),
    },
    "consent": {
        **dict.fromkeys(("sim", "ja", "y", "true", "1", "subscribed"), "yes"),
        **dict.fromkeys(("nao", "nee", "n", "false", "0", "unsubscribed"), "no"),
    },
    "language": {
        **dict.fromkeys(("en", "en gb", "en us", "ingles", "engels"), "English"),
        **dict.fromkeys(("pt", "pt br", "portuguese", "portugees"), "Português"),
        **dict.fromkeys(("af", "afr"), "Afrikaans"),
    },
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Mapped:
    """The columns of a file."""

    #: field, or part of one such as "name.first" -> position
    columns: Mapping[str, int]
    #: position -> heading as it stands in the file
    headings: Mapping[int, str]

    @property
    def unused(self) -> tuple[str, ...]:
        """Headings of columns that are not taken."""
        return tuple(text for at, text in self.headings.items() if at not in self.columns.values())

    def cells(self, line: Sequence[Raw]) -> dict[str, Raw]:
        """The cells of one row by field; blank ones are left out."""
        found = {field: line[at] for field, at in self.columns.items() if at < len(line) and not is_blank(line[at])}
        first, last = found.pop("name.first", None), found.pop("name.last", None)
        if "name" not in found and (first or last):
            found["name"] = " ".join(plain(part).strip() for part in (first, last) if part)
        day, month = found.pop("birthday.day", None), found.pop("birthday.month", None)
        if "birthday" not in found and day is not None and month is not None:
            found["birthday"] = f"{plain(day).strip()}/{plain(month).strip()}"
        for field, known in VALUES.items():
            if field in found:
                found[field] = known.get(squeezed(plain(found[field])), found[field])
        return found


def map_columns(tab: Tab, header: Sequence[Raw]) -> Mapped:
    """The columns of ``header`` that are ours to fill by hand; of two that mean the same the first counts."""
    known: dict[str, str] = {}
    for field, words in WORDS.items():
        known |= dict.fromkeys(map(squeezed, words.split("|")), field)
    for column in tab.columns:
        # What we work out ourselves, and boxes that act, are not taken from a file.
        ours = column.editor in {"ours", "tick"}
        for heading in (column.title, *column.aliases):
            known[squeezed(heading)] = "" if ours else column.field
    columns: dict[str, int] = {}
    headings: dict[int, str] = {}
    for at, cell in enumerate(header):
        if is_blank(cell):
            continue
        headings[at] = " ".join(plain(cell).split())
        field = known.get(squeezed(headings[at]), "")
        if field:
            columns.setdefault(field, at)
    return Mapped(columns=columns, headings=headings)


def squeezed(text: str) -> str:
    """Small letters without accents, everything else as one blank: ``E-Mail_Address`` is ``e mail address``."""
    plain_letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[^\W_]+", "".join(ch for ch in plain_letters if not unicodedata.combining(ch))))
