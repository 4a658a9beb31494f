"""A csv or xlsx file as rows of raw cells, dates as serial days, as a sheet would hold them."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.columns import Tab
from studio_sync.errors import UserError

Grid = list[list[Raw]]
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (a wall clock: files know no zone)
DELIMITERS = ";,\t|"
#: a cell of a sheet holds no more, and no line of a list of people is longer than a few of them
LONGEST_CELL = 50_000


def read_grid(path: Path, tab: Tab) -> Grid:
    """All rows of the file. Of an xlsx the sheet named like ``tab``, else the first one.

    Raises:
        UserError: there is no such file, or it cannot be read as csv or xlsx.
    """
    kind = path.suffix.lower()
    if kind not in {".csv", ".tsv", ".txt", ".xlsx", ".xlsm"}:
        raise UserError(f"{path.name} is neither csv nor xlsx.", "Save it as .xlsx or .csv and run this again.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{path} cannot be read: {error.strerror}.", "Run: studio-sync import FILE, with the path of the file."
        ) from error
    return _xlsx(path.name, content, tab) if kind in {".xlsx", ".xlsm"} else _csv(path.name, content)


def _csv(name: str, content: bytes) -> Grid:
    text = _text(content).replace("\x00", "")
    first = next((line for line in text.splitlines() if line.strip()), "")
    # Whatever parts the headings into most columns parts the rows too.
    delimiter = max(DELIMITERS, key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))
    csv.field_size_limit(LONGEST_CELL)
    try:
        return [list(line) for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise UserError(
            f"{name} is not a proper csv file: {error}.", "Save it again as .xlsx and run this again."
        ) from error


def _text(content: bytes) -> str:
    """Excel writes UTF-8 with a mark, UTF-16 ("Unicode text"), or the old code page of Windows, and says nothing."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _xlsx(name: str, content: bytes, tab: Tab) -> Grid:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of drawings and lists that we do not need
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            try:
                titles = {title.strip().casefold(): title for title in book.sheetnames}
                wanted = next((titles[t.casefold()] for t in (tab.title, *tab.aliases) if t.casefold() in titles), "")
                page = book[wanted or book.sheetnames[0]]
                # A file may claim a million empty rows: read what is there.
                page.reset_dimensions()
                return [_cells(line) for line in page.iter_rows(values_only=True)]
            finally:
                book.close()
        except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError, AttributeError, SyntaxError) as error:
            again = "Open it, save it again as .xlsx or .csv, and run this again."
            raise UserError(f"{name} cannot be read as an xlsx file.", again) from error


def _cells(line: Iterable[Any]) -> list[Raw]:
    return [_cell(value) for value in line]


def _cell(value: Any) -> Raw:
    """What a sheet would hold: numbers as they are, days as days since 1899-12-30, times as part of a day."""
    match value:
        case None | bool() | str():
            return value
        case int() | float():
            return float(value)
        case datetime():
            return (value.replace(tzinfo=None) - EPOCH) / timedelta(days=1)
        case date():
            return float((value - EPOCH.date()).days)
        case time():
            return (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
        case timedelta():
            return value / timedelta(days=1)
        case _:
            return str(value)
