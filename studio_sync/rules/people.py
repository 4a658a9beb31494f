"""Someone to write to, and how we speak of people."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers

from sheets_schema.tabs.people import Client
from sheets_schema.texts.catalogue import part


@dataclass(frozen=True, kw_only=True, slots=True)
class Who:
    """Someone to write to. ``address`` is E.164 or a user id."""

    address: str
    #: client id, or "owner", "admin1", "newcomer"
    who: str
    name: str
    first: str
    to_owner: bool = False


def person_of(client: Client) -> Who:
    """A client as someone to write to."""
    return Who(address=client.phone or client.user_id, who=client.id, name=client.name, first=first_of(client.name))


def country_of(address: str) -> str:
    """The ISO letters of the country a number or user id belongs to; "" when it does not say."""
    if not address.startswith("+"):
        return address[:2] if address[2:3] == "." else ""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(address)) or ""
    except phonenumbers.NumberParseException:
        return ""


def first_of(name: str) -> str:
    """The first name, as we speak of people; "" for none."""
    return name.split()[0] if name.split() else ""


def called(name: str) -> str:
    """A name for a sentence; "someone" while none is known."""
    return name.strip() or part("blank.name")


def called_first(name: str) -> str:
    """A first name for a sentence; "someone" while none is known."""
    return first_of(name) or part("blank.name")
