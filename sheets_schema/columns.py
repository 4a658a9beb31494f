"""What a column is. A tab's row is a frozen dataclass; each field is one line that says everything about its column.

``hers("Phone", 116, PHONE)`` she types; ``ours(...)`` we write, grey and protected; ``shared(...)`` both; ``tick(...)``
a tick box that acts and is cleared by us; ``fact(...)`` a tick box that stays because it is a fact.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

from sheets_schema.cells import TEXT, TICK, Kind

Editor = Literal["hers", "ours", "shared", "tick", "fact"]
Role = Literal["studio", "books"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column of a tab, complete."""

    title: str
    width: int
    kind: Kind[Any]
    editor: Editor
    #: what it means, in words (the note on the header)
    help: str = ""
    #: other headers it is known by
    aliases: tuple[str, ...] = ()
    #: a row does nothing until this is filled
    required: bool = False
    #: never in a message, digest, log, books or prompt
    private: bool = False
    hidden: bool = False
    #: its dropdown lists a column of another tab of the same workbook: "clients.name"
    choices_from: str = ""
    field: str = ""

    @property
    def weighty(self) -> bool:
        """Whom a row is about, when, or what state it is in: changed in many rows at once it is not believed."""
        return self.required or self.kind.name == "phone" or (self.editor == "shared" and self.field == "state")


def _column(title: str, width: int, kind: Kind[Any], editor: Editor, **more: Any) -> Any:
    return dataclasses.field(
        default=kind.empty, metadata={"column": Column(title=title, width=width, kind=kind, editor=editor, **more)}
    )


def hers(title: str, width: int, kind: Kind[Any], **more: Any) -> Any:
    """A column she types."""
    return _column(title, width, kind, "hers", **more)


def ours(title: str, width: int, kind: Kind[Any], **more: Any) -> Any:
    """A column we write; grey, protected with a warning."""
    return _column(title, width, kind, "ours", **more)


def shared(title: str, width: int, kind: Kind[Any], **more: Any) -> Any:
    """A status both write; when both did, hers wins."""
    return _column(title, width, kind, "shared", **more)


def tick(title: str, width: int, **more: Any) -> Any:
    """A tick box that acts at once and is cleared by us."""
    return _column(title, width, TICK, "tick", **more)


def fact(title: str, width: int, **more: Any) -> Any:
    """A tick box that stays ticked because it is a fact."""
    return _column(title, width, TICK, "fact", **more)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Base of every row model. ``id`` is the identity; the position never is."""

    id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tab:
    """One tab of a workbook."""

    key: str
    title: str
    role: Role
    model: type[Row]
    #: hex colour of the tab
    colour: str = ""
    #: shown from the start; else hidden until first needed
    visible: bool = True
    #: read in every poll
    watched: bool = True
    #: a bare row id begins so, e.g. "b-"
    prefix: str = ""
    #: columns on the left that stay when scrolling sideways
    frozen_columns: int = 0
    #: header and width (pixels) of the id column, the last one
    id_title: str = "Id"
    id_width: int = 96
    id_hidden: bool = False
    #: drawn whole by us: row 1 is no header, columns stand where we put them
    drawn: bool = False
    #: columns a phone shows without scrolling: together at most 320 pixels
    phone_columns: int = 0
    aliases: tuple[str, ...] = ()
    #: no row of it is about a person: many cells changed at once are believed
    rules: bool = False

    _cache: ClassVar[dict[str, tuple[Column, ...]]] = {}
    _fields: ClassVar[dict[str, dict[str, Column]]] = {}

    @property
    def columns(self) -> tuple[Column, ...]:
        """Columns in the order of the sheet; the id column is last."""
        if self.key not in self._cache:
            found = [
                dataclasses.replace(f.metadata["column"], field=f.name)
                for f in dataclasses.fields(self.model)
                if "column" in f.metadata
            ]
            ident = Column(
                title=self.id_title,
                width=self.id_width,
                kind=TEXT,
                editor="ours",
                field="id",
                hidden=self.id_hidden,
                help="Ours. Do not change.",
            )
            self._cache[self.key] = (*found, ident)
        return self._cache[self.key]

    @property
    def sheet_id(self) -> int:
        """The id we give the tab when we make it: the same in every workbook, positive, 31 bits."""
        digest = hashlib.sha256(f"tab:{self.key}".encode()).digest()
        return int.from_bytes(digest[:4], "big") % (2**31 - 2) + 1

    @property
    def by_field(self) -> Mapping[str, Column]:
        """Columns by the field of the row model."""
        if self.key not in self._fields:
            self._fields[self.key] = {column.field: column for column in self.columns}
        return self._fields[self.key]

    def column(self, field: str) -> Column:
        """The column of a field. Raises ``KeyError``."""
        return self.by_field[field]


EDITORS: tuple[str, ...] = get_args(Editor)
