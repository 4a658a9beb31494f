"""What happens in the moment between the planning read of a commit and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from studio_sync.rules.effects import PutRow
from studio_sync.workbooks import LiveWorkbook
from tests.hallway.room import Room


class Killed(BaseException):
    """The plug was pulled at this moment."""


def book(room: Room, role: str = "books") -> LiveWorkbook:
    """The workbook of a role, in use."""
    return next(poll.book for poll in room.studio.polls if poll.book.role == role)


def meddle(target: LiveWorkbook, around: Callable[[Callable[[], Any]], Any]) -> None:
    """Let the next commit of a workbook happen inside ``around``."""
    port = target.port
    commit = port.commit

    def once(requests: Sequence[Mapping[str, Any]], **more: Any) -> Any:
        port.commit = commit  # type: ignore[method-assign]
        return around(lambda: commit(requests, **more))

    port.commit = once  # type: ignore[method-assign]


def during(target: LiveWorkbook, *acts: Callable[[], Any], lost: type[BaseException] | None = None) -> None:
    """She does each of ``acts`` while one of the next commits is on its way. ``lost``: their answers never come."""
    if not acts:
        return

    def around(send: Callable[[], Any]) -> Any:
        acts[0]()
        answer = send()
        during(target, *acts[1:], lost=lost)
        if lost is not None:
            raise lost
        return answer

    meddle(target, around)


def draft(room: Room, row_id: str) -> None:
    """Decided: one more invoice, to be numbered. Told in Changes."""
    cells = {"client": "Thandi Maroon", "client_id": "c-THANDI", "state": "issued"}
    put = PutRow(
        key=f"{row_id}/row", tab="invoices", row_id=row_id, cells=cells, series="INV-2026", what="numbered", who="x"
    )
    with room.journal.write() as tx:
        tx.put_effects(row_id, [put], room.clock.now())


def numbers(room: Room) -> list[str]:
    """Of the invoices, in their order."""
    return [row["number"] for row in room.rows("invoices") if row.get("number")]
