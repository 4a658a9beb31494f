"""All threads of the program share one heap of the C library: what one lets go of, the others can use."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

#: counts glibc's heaps after eight threads have used memory, at the place where ``run`` opens its journal
CHILD = """
import ctypes, sys, threading, types

def count(_):
    libc = ctypes.CDLL(None)
    libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
    hold = threading.Barrier(8)
    def use():
        libc.malloc(4096)
        hold.wait()
    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out = ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"a"))
    libc.malloc_info(0, out)
    libc.fclose(out)
    sys.exit()

# what comes later is not needed, and slow to load
for name in ("webhook.app", "webhook.door", "studio_sync.studio"):
    sys.modules[name] = types.SimpleNamespace(create_app=None, Door=None, clock_of=None, open_journal=count)
from studio_sync import config, running

if sys.argv[1] == "many":
    running.one_heap = lambda: None
running.run(config.Config(data=None, name="heap", local=True))
"""


def heaps(how: str) -> int:
    told = subprocess.run([sys.executable, "-c", CHILD, how], capture_output=True, text=True, check=True)
    return told.stdout.count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has other heaps")
def test_the_program_has_one_heap_however_many_threads_it_has() -> None:
    assert heaps("one") == 1
    assert heaps("many") > 4, "otherwise this test would prove nothing"
