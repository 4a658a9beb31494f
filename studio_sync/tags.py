"""Where the tagged columns of a workbook stand: asked for only when a heading is not as it was at the last read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sheets_schema.cells import Raw
from sheets_schema.headers import Headers, map_headers
from sheets_schema.reading import Sheet, Tags
from sheets_schema.workbook.tags import tags_of
from studio_sync.ports import Workbook

HeaderRows = Sequence[Sequence[Raw]]


class TagFinder:
    """Keeps the tags of one workbook as long as its headings stay as they were."""

    def __init__(self, port: Workbook) -> None:
        self._port = port
        self._rows: list[list[Raw]] | None = None
        self._tags: Tags = {}
        #: headings that only a tag tells from each other may change places unseen: then every read asks
        self._doubled = False

    def knows(self, rows: HeaderRows) -> bool:
        """Whether these header rows, one per sheet, are those that the tags were asked for."""
        return self._rows == [list(row) for row in rows] and not self._doubled

    def learn(self, sheets: Sequence[Sheet], rows: HeaderRows) -> bool:
        """Ask for the tags; False when the values must be read again.

        They must when the tags, which are another read, say something that was not known before: she may have moved a
        column between the two.
        """
        same = self._rows == [list(row) for row in rows]
        before = self._found(sheets, rows, self._tags if same else {})
        places = self._port.tags()
        self._rows = [list(row) for row in rows]
        self._tags = {sheet.tab.key: tags_of(sheet.tab, sheet.sheet_id, places) for sheet in sheets}
        found = self._found(sheets, rows, self._tags)
        self._doubled = any(headers.doubled for headers in found)
        return [headers.columns for headers in found] == [headers.columns for headers in before]

    @property
    def tags(self) -> Mapping[str, Mapping[str, int]]:
        """The tags as of the last look."""
        return self._tags

    @staticmethod
    def _found(sheets: Sequence[Sheet], rows: HeaderRows, tags: Tags) -> list[Headers]:
        return [
            map_headers(sheet.tab, row, tags.get(sheet.tab.key, {})) for sheet, row in zip(sheets, rows, strict=True)
        ]
