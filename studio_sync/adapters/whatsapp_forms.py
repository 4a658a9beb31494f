"""Forms of the account (WhatsApp calls them Flows): listed, made, filled, published (facts/whatsapp 1.6)."""

from __future__ import annotations

from dataclasses import dataclass

from studio_sync.adapters.outcomes import Call
from studio_sync.adapters.whatsapp import WhatsAppMessenger
from studio_sync.errors import Refused, Unavailable

_SERVICE = "whatsapp"
CATEGORY = "SIGN_UP"


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """One form as WhatsApp lists it. ``status``: DRAFT, PUBLISHED, DEPRECATED, BLOCKED, THROTTLED."""

    id: str
    name: str
    status: str


class WhatsAppForms:
    """The forms of the account that ``messenger`` speaks for."""

    def __init__(self, messenger: WhatsAppMessenger) -> None:
        self._way = messenger

    def all(self) -> list[Form]:
        """Every form there is."""
        found = self._way.pages(f"{self._way.account_id}/flows", "id,name,status")
        return [Form(id=str(f.get("id")), name=str(f.get("name")), status=str(f.get("status"))) for f in found]

    def make(self, name: str) -> str:
        """A new, empty draft; its id. The name is its key: a second one of that name is refused."""
        body = {"name": name, "categories": [CATEGORY]}
        made = self._way.ask(Call.KEYED, "POST", f"{self._way.account_id}/flows", json=body).get("id")
        if not made:
            raise Unavailable(_SERVICE, "the form was not named")
        return str(made)

    def fill(self, form: str, content: str) -> None:
        """Give a draft its fields. Raises ``Refused`` with what WhatsApp finds wrong in them."""
        files = {"file": ("flow.json", content.encode(), "application/json")}
        told = {"name": "flow.json", "asset_type": "FLOW_JSON"}
        answer = self._way.ask(Call.KEYED, "POST", f"{form}/assets", data=told, files=files)
        errors = answer.get("validation_errors") or ()
        if errors:
            said = "; ".join(str(error.get("message") or error.get("error")) for error in errors)
            raise Refused(_SERVICE, f"the form is not accepted: {said}")

    def publish(self, form: str) -> None:
        """Make a draft sendable. It cannot be changed afterwards."""
        self._way.ask(Call.KEYED, "POST", f"{form}/publish")
