"""SQLite's own driver against the toolkit on the same file: the same statement says the same both ways."""

from __future__ import annotations

import gc
import sqlite3
import weakref
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as insert_or

from studio_sync.journal import straight as module
from studio_sync.journal.database import connect
from studio_sync.journal.straight import Straight, straight
from studio_sync.journal.tables import Moment
from tests.journal.conftest import NOW

things = Table(
    "things",
    MetaData(),
    Column("seq", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("at", Moment),
    Column("on", Boolean),
    Column("number", Integer),
    Column("content", LargeBinary),
)
ALL = select(things).order_by(things.c.seq)
AMONG = select(things.c.name).where(things.c.name.in_(bindparam("names", expanding=True))).order_by(things.c.name)
PUT = insert(things)


def line(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "at": NOW, "on": True, "number": 1, "content": b"\x00\xff", **more}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    found, _ = connect(f"sqlite:///{tmp_path / 'journal.db'}", fast=True)
    things.create(found)
    yield found
    found.dispose()


@pytest.fixture
def put(engine: Engine) -> Callable[..., None]:
    def put(*lines: dict[str, Any]) -> None:
        with straight(engine, writes=True) as way:
            way.execute(PUT, list(lines))

    return put


def one_by_one(engine: Engine, *lines: dict[str, Any], error: type[BaseException] | None = None) -> None:
    """One transaction; ``error`` at its end."""
    with straight(engine, writes=True) as way:
        for each in lines:
            way.execute(PUT, each)
        if error is not None:
            raise error


def both(engine: Engine, statement: Any, values: Any = None) -> list[tuple[Any, ...]]:
    """What it finds, after a comparison of the two ways."""
    with straight(engine, writes=False) as way:
        found = way.execute(statement, values or {}).all()
    with engine.connect() as connection:
        theirs = connection.execute(statement, values or {}).all()
    assert [tuple(row) for row in found] == [tuple(row) for row in theirs]
    assert [[type(cell) for cell in row] for row in found] == [[type(cell) for cell in row] for row in theirs]
    assert [row._fields for row in found] == [row._fields for row in theirs]
    return [tuple(row) for row in found]


def test_values_come_back_as_they_were(engine: Engine, put: Callable[..., None]) -> None:
    elsewhere = datetime(2026, 3, 2, 9, 30, 0, 7, tzinfo=timezone(timedelta(hours=2)))
    put(line("a", at=elsewhere), line("b", on=False, number=-(2**53)), line("ümlaut 🐎 '\"; --", content=b""))
    put(line("nothing", at=None, on=None, number=None, content=None))
    found = both(engine, ALL)
    assert [row[1:] for row in found] == [
        ("a", elsewhere, True, 1, b"\x00\xff"),
        ("b", NOW, False, -(2**53), b"\x00\xff"),
        ("ümlaut 🐎 '\"; --", NOW, True, 1, b""),
        ("nothing", None, None, None, None),
    ]
    assert found[0][2].utcoffset() == timedelta(0)  # kept in UTC


def test_an_instant_without_a_zone_is_refused_and_nothing_is_kept(engine: Engine) -> None:
    with pytest.raises(ValueError, match="has no zone"):
        one_by_one(engine, line("a"), line("b", at=datetime(2026, 3, 2)))  # noqa: DTZ001
    assert both(engine, ALL) == []


def test_rows_have_names_and_an_answer_is_read_in_every_way(engine: Engine, put: Callable[..., None]) -> None:
    put(line("a"), line("b", number=2), line("c", number=3))
    with straight(engine, writes=False) as way:
        first = way.execute(ALL).first()
        assert (first.seq, first.name, first.at, first.on) == (1, "a", NOW, True)
        assert [row.name for row in way.execute(ALL)] == ["a", "b", "c"]
        assert list(way.execute(AMONG, {"names": ["c", "b"]}).scalars()) == ["b", "c"]
        count = select(func.count(), func.max(things.c.at), func.min(things.c.number))
        assert tuple(way.execute(count).one()) == (3, NOW, 1)
        assert way.execute(count).scalar() == way.execute(count).scalar_one() == 3
        nobody = AMONG
        assert way.execute(nobody, {"names": ["z"]}).first() is None
        assert way.execute(nobody, {"names": ["z"]}).scalar() is None
        assert way.execute(nobody, {"names": ["z"]}).all() == []
        with pytest.raises(ValueError, match="unpack"):
            way.execute(nobody, {"names": ["z"]}).one()
        with pytest.raises(ValueError, match="unpack"):
            way.execute(ALL).one()


@pytest.mark.parametrize("names", [[], ["a"], ["a", "c"], ["c", "b", "a", "a", "nobody"]])
def test_a_list_is_as_long_as_it_is_given(engine: Engine, put: Callable[..., None], names: list[str]) -> None:
    put(line("a"), line("b"), line("c"))
    assert [name for (name,) in both(engine, AMONG, {"names": names})] == sorted(set(names) & {"a", "b", "c"})


def test_a_list_is_not_taken_for_a_number_of_the_same_size(engine: Engine, put: Callable[..., None]) -> None:
    put(*(line(name, number=number) for name, number in (("a", 1), ("b", 2), ("c", 3))))
    two = select(things.c.name).where(
        things.c.number == bindparam("one"), things.c.name.in_(bindparam("two", expanding=True))
    )
    other = select(things.c.name).where(
        things.c.number.in_(bindparam("one", expanding=True)), things.c.name == bindparam("two")
    )
    with straight(engine, writes=False) as way:
        for _ in range(2):
            assert list(way.execute(two, {"one": 2, "two": ["a", "b"]}).scalars()) == ["b"]
            assert list(way.execute(other, {"one": [2, 3], "two": "c"}).scalars()) == ["c"]
    assert module._key({"one": 2, "two": ["a", "b"]}) != module._key({"one": [2, 3], "two": 2})


def test_values_of_the_statement_and_given_ones_go_to_their_own_places(engine: Engine, put: Any) -> None:
    put(line("a", number=1), line("b", number=5), line("c", number=9))
    between = select(things.c.name).where(
        things.c.number > 2, things.c.number < bindparam("most"), things.c.at == NOW, things.c.on.is_(True)
    )
    assert both(engine, between, {"most": 9}) == [("b",)]
    assert both(engine, between, {"most": 90}) == [("b",), ("c",)]
    either = select(things.c.name).where((things.c.number == bindparam("it")) | (things.c.seq == bindparam("it")))
    assert both(engine, either.order_by(things.c.seq), {"it": 1}) == [("a",)]  # one value, two places


def test_what_was_changed_is_counted_and_can_be_given_back(engine: Engine, put: Callable[..., None]) -> None:
    put(line("a"), line("b"))
    on = update(things).where(things.c.name == bindparam("its_name"), things.c.number == 1).values(number=2)
    keep = insert_or(things).on_conflict_do_nothing()
    with straight(engine, writes=True) as way:
        assert way.execute(on, {"its_name": "a"}).rowcount == 1
        assert way.execute(on, {"its_name": "a"}).rowcount == 0
        given = way.execute(on.returning(things.c.seq, things.c.at), {"its_name": "b"}).one()
        assert (given.seq, given.at) == (2, NOW)
        assert way.execute(keep.returning(things.c.seq), line("b", number=7)).scalar() is None
        assert way.execute(keep, line("c")).rowcount == 1
    assert [row[4] for row in both(engine, ALL)] == [2, 2, 1]


def test_many_at_once_are_many_rows_and_none_is_none(engine: Engine, put: Callable[..., None]) -> None:
    put(*(line(f"n{number:03d}", number=number, on=bool(number % 2), at=None) for number in range(250)))
    found = both(engine, ALL)
    assert [row[4] for row in found] == list(range(250))
    assert [row[3] for row in found] == [bool(number % 2) for number in range(250)]
    with straight(engine, writes=True) as way:
        moved = update(things).where(things.c.name == bindparam("its_name")).values(number=bindparam("new"))
        assert way.execute(moved, [{"its_name": "n001", "new": -1}, {"its_name": "n003", "new": -3}]).rowcount == 2
    assert [row[4] for row in both(engine, ALL)][:4] == [0, -1, 2, -3]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, GeneratorExit])
def test_whatever_goes_wrong_nothing_of_it_is_kept(
    engine: Engine, put: Callable[..., None], error: type[BaseException]
) -> None:
    put(line("before"))
    with pytest.raises(error):
        one_by_one(engine, line("a"), line("b"), error=error)
    with pytest.raises(sqlite3.IntegrityError):
        one_by_one(engine, line("c"), line("before"))
    put(line("after"))  # the connection is fit for the next one
    assert [row[1] for row in both(engine, ALL)] == ["before", "after"]


def test_a_reader_sees_one_moment_and_holds_no_writer_up(engine: Engine, put: Callable[..., None]) -> None:
    put(line("a"))
    with straight(engine, writes=False) as reader:
        assert len(reader.execute(ALL).all()) == 1
        put(line("b"))
        assert len(reader.execute(ALL).all()) == 1
    assert len(both(engine, ALL)) == 2


def test_the_text_of_a_statement_is_made_once_for_each_shape_of_its_values(
    engine: Engine, put: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    make = module._made

    def counted(statement: Any, given: Any) -> Any:
        made.append(statement)
        return make(statement, given)

    monkeypatch.setattr(module, "_made", counted)
    kept = select(things.c.name).where(things.c.name.in_(bindparam("names", expanding=True)))
    with straight(engine, writes=False) as way:
        for names in (["a"], ["b"], ["a", "b"], ["c"], ["c", "d"]):
            way.execute(kept, {"names": names})
        assert made == [kept, kept]  # lists of one, and of two
        for _ in range(3):
            way.execute(select(things.c.seq))
    assert len(made) == 5  # made anew, it is made into text anew


def test_the_text_goes_with_its_statement(engine: Engine) -> None:
    statement = select(things.c.name).where(things.c.seq == bindparam("seq"))
    with straight(engine, writes=False) as way:
        way.execute(statement, {"seq": 1})
    assert statement in module._TEXTS
    gone, count = weakref.ref(statement), len(module._TEXTS)
    del statement
    gc.collect()
    assert gone() is None
    assert len(module._TEXTS) < count


def test_it_speaks_sqlite_to_whoever_asks() -> None:
    assert Straight.dialect.name == "sqlite"
