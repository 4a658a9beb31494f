"""Kinds that only the Settings tab needs: yes or no, numbers within bounds, lists, zones, countries, languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import phonenumbers as pn

from sheets_schema.codecs.base import CellContext, Raw, as_word, is_blank, plain, refuse_broken
from sheets_schema.codecs.phone import PHONE
from sheets_schema.codecs.plain import COUNT, ChoiceKind
from sheets_schema.issues import CellProblem
from sheets_schema.texts.reading import languages

#: Names of countries as the Settings tab shows them; others are known by their number or their ISO letters.
COUNTRIES = {
    "AU": "Australia",
    "BW": "Botswana",
    "BR": "Brazil",
    "CA": "Canada",
    "FR": "France",
    "DE": "Germany",
    "IE": "Ireland",
    "IT": "Italy",
    "KE": "Kenya",
    "MU": "Mauritius",
    "MZ": "Mozambique",
    "NA": "Namibia",
    "NL": "Netherlands",
    "NZ": "New Zealand",
    "PT": "Portugal",
    "ZA": "South Africa",
    "ES": "Spain",
    "CH": "Switzerland",
    "GB": "United Kingdom",
    "US": "United States",
    "ZM": "Zambia",
    "ZW": "Zimbabwe",
}
LAST_OF_MONTH = 31
_LAST = "last of month"


@dataclass(frozen=True, slots=True)
class YesNoKind:
    """yes or no, as words with a dropdown; True or False inside."""

    name: str = "yesno"
    empty: bool = False
    pattern: str = ""
    choices: tuple[str, ...] = ("yes", "no")

    def read(self, raw: Raw, context: CellContext) -> bool:
        return ChoiceKind(self.choices).read(raw, context) == "yes"

    def write(self, value: bool, context: CellContext) -> Raw:  # noqa: ARG002
        return "yes" if value else "no"


@dataclass(frozen=True, slots=True)
class NumberKind:
    """A whole number from ``low`` to ``high``; blank is None."""

    low: int
    high: int
    #: Sheets turns a typed "50%" into 0.5
    percent: bool = False
    name: str = "number"
    empty: int | None = None
    pattern: str = "0"
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> int | None:
        if self.percent and isinstance(raw, float) and 0 < raw <= 1:
            raw = float(round(raw * 100))
        if self.percent and isinstance(raw, str):
            raw = raw.replace("%", "").strip()
        number = COUNT.read(raw, context)
        if number is not None and not self.low <= number <= self.high:
            raise CellProblem("problem.whole_number", word=as_word(raw), usual=str(self.low))
        return number

    def write(self, value: int | None, context: CellContext) -> Raw:
        # 1.0 is how Sheets keeps a typed 100%.
        return "1%" if self.percent and value == 1 else COUNT.write(value, context)


@dataclass(frozen=True, slots=True)
class NumbersKind:
    """A few whole numbers: "3, 10, 21", in rising order."""

    name: str = "numbers"
    empty: tuple[int, ...] = ()
    pattern: str = ""
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> tuple[int, ...]:
        if is_blank(raw):
            return ()
        refuse_broken(raw)
        words = re.split(r"[,;\s]+", re.sub(r"[^\W\d]+\.?", "", plain(raw)).strip(" ,;"))
        numbers = [COUNT.read(word, context) for word in words if word]
        if not numbers or any(number is None or not 0 < number <= 366 for number in numbers):
            raise CellProblem("problem.whole_number", word=as_word(raw), usual="3, 10, 21")
        return tuple(sorted({number for number in numbers if number is not None}))

    def write(self, value: tuple[int, ...], context: CellContext) -> Raw:  # noqa: ARG002
        return ", ".join(str(number) for number in value)


@dataclass(frozen=True, slots=True)
class PhonesKind:
    """Several phone numbers with commas between them, E.164 inside."""

    name: str = "phones"
    empty: tuple[str, ...] = ()
    pattern: str = ""
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> tuple[str, ...]:
        if isinstance(raw, str):
            parts = [PHONE.read(part, context) for part in re.split(r"[,;\n]|\band\b", raw)]
        else:
            parts = [PHONE.read(raw, context)]
        return tuple(dict.fromkeys(part for part in parts if part))

    def write(self, value: tuple[str, ...], context: CellContext) -> Raw:
        return ", ".join(str(PHONE.write(number, context)) for number in value)


@dataclass(frozen=True, slots=True)
class MonthDayKind:
    """A day of the month, 1 to 31, where 31 is whatever day is the last; or the words "last of month"."""

    name: str = "monthday"
    empty: int = LAST_OF_MONTH
    pattern: str = "0"
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> int:
        if is_blank(raw) or plain(raw).strip().casefold().startswith("last"):
            return LAST_OF_MONTH
        number = NumberKind(1, LAST_OF_MONTH).read(raw, context)
        return self.empty if number is None else number

    def write(self, value: int, context: CellContext) -> Raw:  # noqa: ARG002
        return _LAST if value >= LAST_OF_MONTH else float(value)


@dataclass(frozen=True, slots=True)
class ZoneKind:
    """A time zone by its usual name, such as Africa/Johannesburg."""

    empty: ZoneInfo
    name: str = "zone"
    pattern: str = ""
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> ZoneInfo:  # noqa: ARG002
        if is_blank(raw):
            return self.empty
        typed = plain(raw).strip().replace(" ", "_")
        for key in (typed, typed.title()):
            try:
                return ZoneInfo(key)
            except (KeyError, ValueError, OSError):  # unknown, not a name at all, a folder of zones
                continue
        raise CellProblem("problem.choice", word=as_word(raw))

    def write(self, value: ZoneInfo, context: CellContext) -> Raw:  # noqa: ARG002
        return value.key


@dataclass(frozen=True, slots=True)
class CountryKind:
    """A country by name, number or ISO letters: "South Africa +27", "+27", "ZA". ISO letters inside."""

    empty: str = "ZA"
    name: str = "country"
    pattern: str = ""
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> str:  # noqa: ARG002
        if is_blank(raw):
            return self.empty
        typed = plain(raw).strip()
        if typed.upper() in pn.SUPPORTED_REGIONS:
            return typed.upper()
        name = re.sub(r"[+\d\s]+$", "", typed).casefold()
        for letters, known in COUNTRIES.items():
            if name == known.casefold():
                return letters
        code = re.search(r"\+?(\d{1,3})$", typed)
        region = pn.region_code_for_country_code(int(code.group(1))) if code and typed.isascii() else "ZZ"
        if region in pn.SUPPORTED_REGIONS:
            return region
        raise CellProblem("problem.choice", word=as_word(raw))

    def write(self, value: str, context: CellContext) -> Raw:  # noqa: ARG002
        return f"{COUNTRIES[value]} +{pn.country_code_for_region(value)}" if value in COUNTRIES else value


@dataclass(frozen=True, slots=True)
class LanguageKind:
    """A language we have texts in, by its own name; its code inside ("en")."""

    name: str = "language"
    empty: str = "en"
    pattern: str = ""

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(languages())

    def read(self, raw: Raw, context: CellContext) -> str:
        word = ChoiceKind(self.choices).read(raw, context)
        return languages().get(word, self.empty)

    def write(self, value: str, context: CellContext) -> Raw:  # noqa: ARG002
        return next((name for name, code in languages().items() if code == value), "English")


YES_NO = YesNoKind()
NUMBERS = NumbersKind()
PHONES = PhonesKind()
PERCENT = NumberKind(0, 100, percent=True)
MONTH_DAY = MonthDayKind()
ZONE = ZoneKind(empty=ZoneInfo("Africa/Johannesburg"))
COUNTRY = CountryKind()
LANGUAGE = LanguageKind()
