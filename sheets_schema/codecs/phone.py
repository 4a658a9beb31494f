"""Phone numbers: E.164 inside, grouped in the cell ("+44 7700 900101"), any usual form understood."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers as pn

from sheets_schema.codecs.base import CellContext, Raw, as_word, is_blank, plain, refuse_broken
from sheets_schema.issues import CellProblem

#: Shorter is a short code or a slip, not somebody's phone.
SHORTEST = 7
_BETWEEN = re.compile(r"[\s().\-/\u2010-\u2015\u202a-\u202e\u2066-\u2069]+")
_TRUNK = re.compile(r"\(\s*0\s*\)")
#: beginning of a number -> where the digit stands that some numbers have in one of two forms, and which
_TWO_FORMS = {"+55": (5, "9"), "+52": (3, "1"), "+54": (3, "9")}


@dataclass(frozen=True, slots=True)
class PhoneKind:
    """One number, E.164; blank is "". Bad numbers raise ``problem.phone`` (too short) or ``problem.phone_bad``."""

    name: str = "phone"
    empty: str = ""
    pattern: str = ""
    choices: tuple[str, ...] = ()

    def read(self, raw: Raw, context: CellContext) -> str:
        if is_blank(raw):
            return ""
        refuse_broken(raw)
        if isinstance(raw, bool):
            raise CellProblem("problem.phone_bad", word=as_word(raw), form=form_of(context.country))
        number = read_number(plain(raw), context.country)
        if not number.startswith("+"):
            raise CellProblem(number, word=as_word(raw), form=form_of(context.country))
        return number

    def write(self, value: str, context: CellContext) -> Raw:  # noqa: ARG002
        return grouped(value)


@lru_cache(maxsize=32_768)  # reading one number takes 0.1 ms, and the same ten thousand are read again and again
def read_number(text: str, country: str) -> str:
    """``text`` as E.164, or the key of the problem with it ("problem.phone", "problem.phone_bad").

    ``country`` (ISO letters) is meant where no country code is typed: 082.., 27.., 0027.. and +27.. are one number.
    """
    bare = _BETWEEN.sub("", _TRUNK.sub("", text.strip().removeprefix("tel:").removeprefix("'")))
    bare = bare.replace("\N{FULLWIDTH PLUS SIGN}", "+")
    digits = bare.removeprefix("+")
    if not digits.isdecimal():
        return "problem.phone_bad"
    if len(digits) < SHORTEST:
        return "problem.phone"
    if bare.startswith("+"):
        tries = [_parsed(f"+{digits}", None)]
    elif digits.startswith("00"):
        tries = [_parsed(f"+{digits[2:]}", None), _parsed(digits, country)]
    else:
        tries = [_parsed(digits, country), _parsed(f"+{digits}", None)]
    numbers = [number for number in tries if number is not None]
    # Numbers kept free for fiction have a mobile's length but belong to nobody, so "valid" only decides which reading
    # is better; the length decides whether it is a number at all.
    for fits in (pn.is_valid_number, _as_long_as_a_mobile):
        for number in numbers:
            if fits(number):
                return pn.format_number(number, pn.PhoneNumberFormat.E164)
    for number in numbers:
        # As WhatsApp names some people, who cannot be called by that.
        for form in forms_of(pn.format_number(number, pn.PhoneNumberFormat.E164)):
            known = _parsed(form, None)
            if known is not None and pn.is_valid_number(known):
                return form
    return "problem.phone" if numbers and _shorter_than_a_mobile(numbers[0]) else "problem.phone_bad"


def _as_long_as_a_mobile(number: pn.PhoneNumber) -> bool:
    # The metadata calls some short codes and old short mobiles possible.
    return not _shorter_than_a_mobile(number) and bool(
        pn.is_possible_number_for_type(number, pn.PhoneNumberType.MOBILE)
    )


def _shorter_than_a_mobile(number: pn.PhoneNumber) -> bool:
    region = pn.region_code_for_country_code(number.country_code or 0)
    example = pn.example_number_for_type(region, pn.PhoneNumberType.MOBILE)
    return example is not None and len(str(number.national_number)) < len(str(example.national_number))


def _parsed(text: str, country: str | None) -> pn.PhoneNumber | None:
    try:
        return pn.parse(text, country)
    except pn.NumberParseException:
        return None


def as_one(number: str) -> str:
    """An E.164 number without the digit that WhatsApp leaves out, or puts in, for some of Brazil, Mexico and Argentina.

    Two numbers that are one by this are one person's (facts whatsapp 0.7).
    """
    place, digit = _TWO_FORMS.get(number[:3], (0, ""))
    return number[:place] + number[place + 1 :] if place and len(number) == 14 and number[place] == digit else number


def forms_of(number: str) -> tuple[str, ...]:
    """Every form in which WhatsApp may write an E.164 number: with and without that digit."""
    one = as_one(number)
    place, digit = _TWO_FORMS.get(one[:3], (0, ""))
    return (one, f"{one[:place]}{digit}{one[place:]}") if place and len(one) == 13 else (number,)


@lru_cache(maxsize=32_768)
def grouped(number: str) -> str:
    """An E.164 number in groups, as people read it: ``+44 7700 900101``. Anything else comes back as it is."""
    parsed = _parsed(number, None) if number.startswith("+") else None
    if parsed is None:
        return number
    text = pn.format_number(parsed, pn.PhoneNumberFormat.INTERNATIONAL)
    # A format with an extension or a vanity word would not be read back as the same number.
    return text if read_number(text, "ZZ") == number else number


@lru_cache(maxsize=256)
def form_of(country: str) -> str:
    """What a mobile number of ``country`` looks like, digits as X: ``+27 XX XXX XXXX``."""
    number = pn.example_number_for_type(country, pn.PhoneNumberType.MOBILE) or pn.example_number(country)
    if number is None:
        return "+27 XX XXX XXXX"
    code, _, rest = pn.format_number(number, pn.PhoneNumberFormat.INTERNATIONAL).partition(" ")
    return f"{code} {re.sub('[0-9]', 'X', rest)}"


PHONE = PhoneKind()
