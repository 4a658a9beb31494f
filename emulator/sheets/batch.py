"""spreadsheets.batchUpdate: all requests in order, or none."""

from __future__ import annotations

from collections.abc import Callable

from emulator.google_errors import GoogleError, not_built
from emulator.google_wire import Json
from emulator.sheets import grid, metadata, objects, protect, tabs, writes
from emulator.sheets.book import Book

MOST_REQUESTS = 100_000
KINDS: dict[str, Callable[[Book, Json], Json]] = {
    "addConditionalFormatRule": objects.add_conditional,
    "addNamedRange": objects.add_named,
    "addProtectedRange": protect.add,
    "addSheet": tabs.add,
    "appendCells": writes.append_cells,
    "appendDimension": grid.append,
    "clearBasicFilter": objects.clear_filter,
    "copyPaste": writes.copy_paste,
    "cutPaste": writes.cut_paste,
    "createDeveloperMetadata": metadata.create,
    "deleteConditionalFormatRule": objects.delete_conditional,
    "deleteDeveloperMetadata": metadata.delete,
    "deleteDimension": grid.delete,
    "deleteNamedRange": objects.delete_named,
    "deleteProtectedRange": protect.delete,
    "deleteSheet": tabs.delete,
    "duplicateSheet": tabs.duplicate,
    "insertDimension": grid.insert,
    "mergeCells": objects.merge,
    "moveDimension": grid.move,
    "repeatCell": writes.repeat_cell,
    "setBasicFilter": objects.set_filter,
    "setDataValidation": writes.set_data_validation,
    "sortRange": writes.sort_range,
    "unmergeCells": objects.unmerge,
    "updateCells": writes.update_cells,
    "updateDeveloperMetadata": metadata.update,
    "updateDimensionProperties": grid.update,
    "updateNamedRange": objects.update_named,
    "updateProtectedRange": protect.update,
    "updateSheetProperties": tabs.update,
    "updateSpreadsheetProperties": tabs.update_book,
}


def apply(book: Book, requests: list[Json]) -> list[Json]:
    """Apply and save; one reply per request, {} where there is none.

    Raises:
        GoogleError: one request is refused; its message says which. The caller's transaction then undoes everything.
    """
    if not requests:
        raise GoogleError(400, "Must specify at least one request.")
    if len(requests) > MOST_REQUESTS:
        raise GoogleError(400, f"Cannot exceed {MOST_REQUESTS} requests in a single batch.")
    replies = []
    for at, request in enumerate(requests):
        kinds = [name for name, value in request.items() if value is not None]
        if len(kinds) != 1:
            raise GoogleError(400, f"Invalid requests[{at}]: No request set.")
        kind = kinds[0]
        if kind not in KINDS:
            raise not_built(f"batchUpdate request {kind}")
        try:
            replies.append(KINDS[kind](book, request[kind]))
        except GoogleError as error:
            if error.status == 400:
                raise GoogleError(400, f"Invalid requests[{at}].{kind}: {error.message}") from error
            raise
    book.save()
    return replies
