"""The words of the paper in its language, from sheets_schema/texts."""

from __future__ import annotations

from functools import lru_cache

from sheets_schema.texts import catalogue


@lru_cache(maxsize=1024)
def plain(key: str, language: str) -> str:
    """The label `paper.<key>`. Raises ``ValueError`` for a language we do not speak."""
    return catalogue.part(f"paper.{key}", language)


def label(key: str, language: str, **values: str) -> str:
    """The label with its placeholders filled; an empty value prints as a dash, for a paper never stops a run."""
    return catalogue.part(f"paper.{key}", language, **{name: value.strip() or "-" for name, value in values.items()})
