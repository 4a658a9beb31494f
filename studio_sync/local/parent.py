"""``run --local``: the small parent. It prints where to look, tends its children and ends them on Ctrl-C."""

from __future__ import annotations

import signal
from pathlib import Path

import click

from studio_sync.local.children import child_waits
from studio_sync.local.studio import LocalStudio


def run_local(data: Path, *, port: int = 0) -> None:
    """Run until Ctrl-C. The folder is kept; nothing plays by itself."""
    studio = LocalStudio(data, say=click.echo)
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    try:
        studio.open(port=port)
        click.echo(f"Open this page:  {studio.addresses['console']}")
        click.echo(f"Addresses and ids: {data / 'addresses.json'}. Stop with Ctrl-C; it keeps its data.")
        while not stopped:
            studio.tend()
            child_waits(0.2)
    finally:
        studio.close()
