"""What no note on Google's behaviour settles: the careful answer by default, the other one by a control verb."""

from __future__ import annotations

from typing import Any

from emulator.world import World

#: question -> the answer that a program must not rely on being better
DEFAULTS = {
    #: a deleteProtectedRange that finds nothing (seen live by others), a createDeveloperMetadata whose id is taken
    "missing_protection_is_refused": True,
    "taken_metadata_is_refused": True,
    #: one protection deleted and another added in one batch, by an editor
    "protections_change_hands": True,
    #: a deleteDeveloperMetadata that finds nothing
    "missing_metadata_is_refused": True,
    #: copyPaste from a row that a filter hides
    "filtered_rows_are_copied": True,
    #: copyPaste from one tab into another
    "copies_reach_other_tabs": True,
    #: an update of a deleted event brings it back (some were answered 403)
    "deleted_events_come_back": True,
}


def of(world: World) -> dict[str, bool]:
    """The answers in force."""
    return {**DEFAULTS, **(world.store.get("world", "unsettled") or {})}


def change(world: World, wanted: dict[str, Any]) -> dict[str, bool]:
    """Give other answers.

    Raises:
        ValueError: there is no such question.
    """
    if unknown := set(wanted) - set(DEFAULTS):
        raise ValueError(f"nobody asks {', '.join(sorted(unknown))}; there are {', '.join(DEFAULTS)}")
    given = {name: bool(value) for name, value in wanted.items()}
    world.store.put("world", "unsettled", {**(world.store.get("world", "unsettled") or {}), **given})
    return of(world)
