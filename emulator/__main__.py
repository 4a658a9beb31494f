"""`python -m emulator`: the stand-ins as one process."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

import waitress

from emulator.app import create_app
from emulator.smtp import Server
from emulator.whatsapp.account import account, change
from emulator.whatsapp.courier import Courier
from emulator.world import World


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT. The first line on stdout is one JSON object with the addresses."""
    options = _options(arguments)
    # Waitress warns about every connection that a scripted fault drops; those are meant.
    logging.getLogger("waitress").setLevel(logging.CRITICAL)
    world = World(options.data, seed=options.seed)
    app = create_app(world)
    server = waitress.create_server(
        app,
        host=options.host,
        port=options.port,
        threads=32,
        # Each piece of a stream leaves at once (server-sent events); small answers are as fast as before.
        send_bytes=1,
        # Lets waitress notice, during a call, that the client has gone: see gateway._hang_up.
        channel_request_lookahead=1,
        max_request_body_size=110 * 1024 * 1024,
        clear_untrusted_proxy_headers=True,
        ident="",
    )
    base = f"http://{options.host}:{server.effective_port}"
    world.base = base

    def stop(_signal: int, _frame: Any) -> None:
        # An open stream of news would hold its thread, and with it the end, for seconds.
        world.bus.close()
        raise SystemExit(0)

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop)
    if options.app:
        change(world, {"admin": options.app, "webhook": account(world)["webhook"] or f"{options.app}/webhook"})
    mail = Server(world, options.host, options.smtp_port)
    mail.start()
    courier = Courier(world)
    courier.start()
    sys.stdout.write(json.dumps(_addresses(base, mail.server_address)) + "\n")
    sys.stdout.flush()
    try:
        server.run()
    except SystemExit:
        pass
    finally:
        server.close()
        mail.shutdown()
        mail.server_close()
        courier.stop()
        world.close()
    return 0


def _addresses(base: str, mail: Any) -> dict[str, Any]:
    return {
        "base": base,
        "console": f"{base}/",
        "smtp": {"host": mail[0], "port": mail[1]},
        "control": f"{base}/_emulator/",
        "pid": os.getpid(),
    }


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--data", type=Path, required=True, help="folder of the world; made if missing")
    parser.add_argument("--smtp-port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--app", help="base address of the program under test")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
