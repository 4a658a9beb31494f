"""Who is speaking: owner, admin, client or newcomer. Decided by the number alone, and only under a valid signature.

The display name is never trusted. Numbers compare as E.164 in ASCII; a user id stands in where WhatsApp hides them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sheets_schema.codecs.phone import as_one
from sheets_schema.snapshot import Snapshot
from sheets_schema.tabs.people import Client
from studio_sync.rules.ink import short_hash

Role = Literal["owner", "client", "newcomer"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Speaker:
    """The one who speaks. ``address`` is what we answer to."""

    role: Role
    address: str
    client: Client | None = None


def newcomer_id(address: str) -> str:
    """The row id of someone who wrote before being a client: from the address, so that two messages make one row."""
    return f"c-{short_hash('newcomer', address)}"


def _known(snap: Snapshot, phone: str, user_id: str) -> Client | None:
    by_id = snap.clients_by_user_id(user_id)
    return snap.client_by_phone(phone) or (by_id[0] if by_id else None)


def speaker(snap: Snapshot, phone: str, user_id: str) -> Speaker:
    """Who wrote. Admin phones speak with the owner's voice; a client who left is a newcomer again."""
    address = phone or user_id
    admins = (snap.settings.owner_number, *snap.settings.admin_numbers)
    if phone and as_one(phone) in map(as_one, admins):
        return Speaker(role="owner", address=address)
    client = _known(snap, phone, user_id) or snap.clients.get(newcomer_id(address)) if address else None
    if client is not None and client.status not in {"left", "new"}:
        return Speaker(role="client", address=address, client=client)
    return Speaker(role="newcomer", address=address, client=client)
