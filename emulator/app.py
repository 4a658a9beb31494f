"""All stand-ins as one WSGI application."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Rule

from emulator import control, errors, events, gateway
from emulator.world import World

#: the services; each module has `blueprint(world)` and `dump(world)`, and may list its control verbs as `VERBS`
SERVICES = (
    "emulator.sheets",
    "emulator.drive",
    "emulator.calendar",
    "emulator.whatsapp",
    "emulator.oauth",
    "emulator.smtp",
    "emulator.product",
    "emulator.manners",
    "emulator.console",
)


class ForwardRule(Rule):
    """A route that is only ever matched. Making the code that builds addresses of it would take most of a start."""

    def _compile_builder(self, *_: object, **__: object) -> Callable[..., tuple[str, str]]:
        return lambda *_: ("", "")


class StandIns(Flask):
    """An application of such routes."""

    url_rule_class = ForwardRule


def create_app(world: World) -> Flask:
    """The application over one world; also usable in process, where a dropped connection is `ConnectionDropped`."""
    app = StandIns("emulator", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.strict_slashes = False
    gateway.install(app, world)
    present = [name for name in SERVICES if find_spec(name) and hasattr(import_module(name), "blueprint")]
    for name in present:
        app.register_blueprint(import_module(name).blueprint(world))
    app.extensions["verbs"] = [verb for name in present for verb in getattr(import_module(name), "VERBS", ())]
    dumps = {name.rpartition(".")[2]: import_module(name).dump for name in present}
    app.register_blueprint(control.blueprint(world, dumps))
    app.register_blueprint(events.blueprint(world))

    @app.errorhandler(NotFound)
    @app.errorhandler(MethodNotAllowed)
    def unknown(_error: HTTPException) -> Response:
        return errors.unknown(request.method, request.path).response()

    return app
