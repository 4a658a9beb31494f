"""The C library's heap, kept small."""

from __future__ import annotations

import ctypes

#: ``M_ARENA_MAX`` of glibc's mallopt
_ARENA_MAX = -8


def one_heap() -> None:
    """One heap for all threads, before there are any. Elsewhere than on glibc nothing happens.

    glibc gives each of our twenty threads a heap of its own, and what one of them let go of, the others cannot use: a
    tenth of the memory of a small studio.
    """
    try:
        tune = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return
    tune(_ARENA_MAX, 1)
