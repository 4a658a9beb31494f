"""Whether the two locks of the commit chain hold at Google: two harmless calls per workbook, both to be refused.

Source: spec commit-chain 8, F1 and F3. Besides only the title is written, as it is: nothing changes either way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sheets_schema.head import MARKER_KEY, drop_token_request, marker_request
from studio_sync.errors import Refused
from studio_sync.ports import Workbook

#: a protection that nobody has: an id of ours is made of a batch, and hardly this one
NOBODYS = 2_147_483_646


def weak_locks(port: Workbook) -> list[str]:
    """What Google lets through and should not, in words; nothing when both locks hold. Raises the port's errors."""
    shape = port.shape()
    same = {"updateSpreadsheetProperties": {"properties": {"title": shape.title}, "fields": "title"}}
    found = []
    if not _refused(port, [same, drop_token_request(NOBODYS)]):
        found.append(f"{shape.title}: a lock that is not there can be taken away.")
    marker = max((n for n, (key, _) in shape.markers.items() if key == MARKER_KEY), default=0)
    if marker and not _refused(port, [same, marker_request(marker, "probe")]):
        found.append(f"{shape.title}: a commit can have the number of another one.")
    return found


def _refused(port: Workbook, requests: Sequence[Mapping[str, Any]]) -> bool:
    try:
        port.commit(requests)
    except Refused as error:
        if error.code != 400:
            raise
        return True
    return False
