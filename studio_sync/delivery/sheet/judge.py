"""Judge a commit by its before-images: what each of its row updates really hit. Pure.

The same row, untouched: done. The same row, and she typed in between: hers wins. Another row, because she sorted: the
true value is owed to that row and ours to the one we meant. Source: spec commit-chain rule 13.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sheets_schema.cells import Raw
from sheets_schema.columns import Tab
from sheets_schema.debts import Debt, mark, mend_row, row_key
from sheets_schema.headers import is_empty, match_of
from sheets_schema.images import Label, Update
from sheets_schema.reading import SeenRow, same
from sheets_schema.tabs import BY_KEY
from studio_sync.delivery.sheet.batch import Cells
from studio_sync.delivery.sheet.strays import Stray

#: tab, row, field and wrong value of a debt
Place = tuple[str, str, str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hers:
    """She typed into a cell of a row while we wrote it."""

    tab: str
    row_id: str
    field: str
    typed: Raw
    ours: Raw


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a commit left behind."""

    #: those of before, and those it made
    debts: tuple[Debt, ...]
    hers: tuple[Hers, ...] = ()
    #: effects whose row was not the one that was hit
    again: frozenset[str] = frozenset()
    #: boxes of Today, (line id, field), that she ticked while it was drawn anew
    ticks: tuple[tuple[str, str], ...] = ()
    #: updates whose image is empty: what they hit is not known
    unseen: tuple[Update, ...] = ()


def judge(
    label: Label,
    images: Sequence[SeenRow],
    debts: Sequence[Debt],
    *,
    moved: Mapping[str, Sequence[str]] | None = None,
    added: Cells | None = None,
    sure: bool = False,
) -> Verdict:
    """Compare the rows as they were with the rows as read. ``debts``: open when the commit was planned.

    Both sides are taken with their true values, so that damage is never stacked on damage. ``moved``: the field of each
    column of a tab whose columns she moved in between; ``added``: the appended rows, as far as they are known.
    ``sure``: an empty image is that of an empty row, and not of one that was not copied.
    """
    book = Book(debts)
    strays = {tab: Stray(tab, label.orders[tab], order) for tab, order in (moved or {}).items()}
    hers: list[Hers] = []
    missed: list[Update] = []
    again: set[str] = set()
    unseen: list[Update] = []
    for update, image in zip(label.updates, images, strict=False):
        tab = BY_KEY[update.tab]
        if not sure and not image.id and is_empty(tab, image.raws):
            again.update(update.keys)
            unseen.append(update)
            continue
        row, _ = mend_row(tab, image, [debt for debt in debts if debt.tab == update.tab])
        stray = strays.get(update.tab)
        if not _is_it(tab, update, row):
            again.update(update.keys)
            missed.append(update)
            book.add(_owed_to_it(tab, stray.hit(update) if stray else update, row))
            continue
        typed = _typed_between(tab, update, row)
        hers += typed
        if stray:
            book.add(stray.in_row(update, image, row, {each.field: each.typed for each in typed}))
            again.update(update.keys if "id" in update.put and not stray.lands("id") else ())
        else:
            book.written(update)
            book.add(_debt(update, row_key(tab, row), each.field, each.typed) for each in typed)
    for update in missed:  # last: another update may have hit just this row
        book.meant(update)
    for key, rows in (added or {}).items():
        for row_id, cells in rows.items() if key in strays else ():
            book.add(strays[key].in_new(row_id, cells))
    return Verdict(
        debts=book.debts,
        hers=tuple(hers),
        again=frozenset(again),
        ticks=tuple(_ticks(label, images[len(label.updates) :])),
        unseen=tuple(unseen),
    )


class Book:
    """The open debts while a commit is judged. Of two about one cell and one wrong value the later counts."""

    def __init__(self, debts: Sequence[Debt]) -> None:
        self._debts: dict[Place, Debt] = {}
        self.add(debts)

    @property
    def debts(self) -> tuple[Debt, ...]:
        """All of them, oldest first."""
        return tuple(self._debts.values())

    def add(self, debts: Iterable[Debt]) -> None:
        """New ones."""
        self._debts |= {_place(debt): debt for debt in debts}

    def written(self, update: Update) -> None:
        """Its row shows what was meant: a debt that calls just this wrong is over."""
        for place, debt in self._of(update):
            if same(debt.wrong, mark(update.put[debt.field])):
                del self._debts[place]

    def meant(self, update: Update) -> None:
        """It hit another row: this is owed to its own, unless she typed there meanwhile."""
        for place, debt in self._of(update):
            if not same(mark(debt.true), update.was.get(debt.field)):
                continue
            if same(debt.wrong, mark(update.put[debt.field])):
                del self._debts[place]
            else:
                self._debts[place] = replace(debt, true=update.put[debt.field])
        for debt in _owed_to_ours(update):
            self._debts.setdefault(_place(debt), debt)

    def _of(self, update: Update) -> list[tuple[Place, Debt]]:
        key = _key_of(update)
        return [
            (place, debt)
            for place, debt in self._debts.items()
            if (debt.tab, debt.row) == (update.tab, key) and debt.field in update.put and debt.field != "id"
        ]


def _place(debt: Debt) -> Place:
    wrong = "" if same(debt.wrong, None) else repr(debt.wrong)
    return debt.tab, debt.row, debt.field, wrong


def _key_of(update: Update) -> str:
    return f"row:{update.match}" if update.match else f"id:{update.row_id}"


def _is_it(tab: Tab, update: Update, row: SeenRow) -> bool:
    return row.id == update.row_id and (not update.match or match_of(tab, row.raws) == update.match)


def _typed_between(tab: Tab, update: Update, row: SeenRow) -> list[Hers]:
    """Cells that are not as read. In a column of ours our value stands: it is grey, and not hers to fill."""
    return [
        Hers(tab=update.tab, row_id=row.id, field=name, typed=row.raws.get(name), ours=ours)
        for name, ours in update.put.items()
        if name != "id"
        and tab.by_field[name].editor != "ours"
        and not _untouched(row.raws.get(name), update.was.get(name))
        and not same(row.raws.get(name), ours)
    ]


def _untouched(now: Raw, was: Raw) -> bool:
    """A broken formula has another look in an image than in a read."""
    return same(mark(now), was) or (_is_error(was) and (now is None or _is_error(now)))


def _is_error(raw: Raw) -> bool:
    return isinstance(raw, str) and raw.startswith("#")


def _owed_to_it(tab: Tab, update: Update, row: SeenRow) -> list[Debt]:
    """What the row that was hit by mistake showed before."""
    # A row whose id we have overwritten is known by its content only.
    key = f"row:{match_of(tab, row.raws)}" if "id" in update.put else row_key(tab, row)
    before = {"id": row.id or None, **row.raws}
    return [
        _debt(update, key, name, before.get(name))
        for name, ours in update.put.items()
        if not same(before.get(name), ours)
    ]


def _owed_to_ours(update: Update) -> list[Debt]:
    """What our row should show and does not; the id of a row she typed is simply written again."""
    return [
        Debt(tab=update.tab, row=_key_of(update), field=name, wrong=update.was.get(name), true=ours)
        for name, ours in update.put.items()
        if name != "id" and not same(update.was.get(name), mark(ours)) and not _is_mark(ours)
    ]


def _debt(update: Update, key: str, name: str, true: Raw) -> Debt:
    return Debt(tab=update.tab, row=key, field=name, wrong=mark(update.put[name]), true=true)


def _is_mark(raw: Raw) -> bool:
    return isinstance(raw, str) and raw.startswith("sha256:")


def _ticks(label: Label, images: Sequence[SeenRow]) -> list[tuple[str, str]]:
    return [
        (image.id, name)
        for image in images
        for name, raw in image.raws.items()
        if raw is True and image.id and name not in label.ticked.get(image.id, ())
    ]
