"""``flows publish``: the form for new clients, made at WhatsApp once. A second run changes nothing."""

from __future__ import annotations

from sheets_schema.texts.forms import registration_form
from studio_sync.adapters.whatsapp_forms import Form, WhatsAppForms
from studio_sync.config import Config
from studio_sync.desk.notes import leave
from studio_sync.desk.outside import whatsapp
from studio_sync.desk.show import say
from studio_sync.rules.registration import PUBLISHED
from studio_sync.studio import clock_of


def publish(config: Config, *, dry_run: bool = False) -> int:
    """Make, fill and publish the form where that is not done, and have its id written into Settings; 0.

    Raises ``UserError`` naming what is not set, and the port's errors: what was begun is found again by the next run.
    """
    if not config.local:
        config.require("WHATSAPP_TOKEN", "WHATSAPP_ACCOUNT_ID")
    name, content = registration_form()
    forms = WhatsAppForms(whatsapp(config))
    known = next((form for form in forms.all() if form.name == name), None)
    if known is not None and known.status not in {"DRAFT", "PUBLISHED"}:
        say(f"{name} is {known.status.lower()} at WhatsApp. Look at it in WhatsApp Manager > Flows.")
        return 1
    if dry_run:
        say(f"{name}: {_would(known)}. Nothing was done.")
        return 0
    form = known.id if known else _made(forms, name)
    if known is None or known.status == "DRAFT":
        forms.fill(form, content)
        say(f"{name}: the fields are in.")
        forms.publish(form)
        say(f"{name}: published.")
    else:
        say(f"{name}: published already.")
    leave(config, PUBLISHED, {"form": form}, clock_of(config).now())
    say("Its id is written into Settings > Registration form while the studio runs.")
    say("To ask in the chat instead, empty that cell.")
    return 0


def _made(forms: WhatsAppForms, name: str) -> str:
    form = forms.make(name)
    say(f"{name}: made.")
    return form


def _would(known: Form | None) -> str:
    if known is None:
        return "would be made, filled and published"
    return "is published already" if known.status == "PUBLISHED" else "would be filled and published"
