"""The little we ask of Drive: letting the accountant read the books."""

from __future__ import annotations

from studio_sync.adapters import outcomes
from studio_sync.adapters.google_http import GoogleHttp
from studio_sync.adapters.outcomes import Call

_SERVICE = "drive"


def share(way: GoogleHttp, file_id: str, mail: str, *, role: str = "reader", tell: bool = False) -> str:
    """Let ``mail`` open a file as ``role`` (reader, commenter, writer); the permission's id.

    Doing it again changes nothing. ``tell`` has Google send its own mail about it.

    Raises:
        Refused: 403 when we may not share this file, 404 when we cannot see it, 400 when ``mail`` is no address.
    """
    permissions = way.resource(_SERVICE, "v3").permissions()
    request = permissions.create(
        fileId=file_id,
        body={"type": "user", "role": role, "emailAddress": mail},
        sendNotificationEmail=tell,
        fields="id",
    )
    with outcomes.translated(_SERVICE, Call.KEYED):
        made = request.execute()
    return str(made.get("id", ""))
