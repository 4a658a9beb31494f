"""The paths of graph.facebook.com that the program uses, under any version."""

from __future__ import annotations

import base64

from flask import Blueprint, Response, g, jsonify, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.routing import BaseConverter

from emulator import errors, quota
from emulator.faults import call
from emulator.store import Doc
from emulator.whatsapp import flows, media, sending, templates, verdicts, versions
from emulator.whatsapp.account import account
from emulator.whatsapp.nodes import chosen, is_account, no_object, page, request_body
from emulator.world import World


class Version(BaseConverter):
    """vNN.N: Sheets' /v4/ and Calendar's /calendar/v3/ stay apart from it."""

    regex = r"v\d{1,3}\.\d"


def blueprint(world: World) -> Blueprint:
    """The routes. A body whose parts have the wrong JSON type is refused as an invalid parameter."""
    routes = Blueprint("graph", __name__)

    def learn(state: BlueprintSetupState) -> None:
        state.app.url_map.converters["graph"] = Version

    routes.record_once(learn)
    _messages(routes, world)
    _templates(routes, world)
    _uploads(routes, world)
    routes.register_blueprint(flows.blueprint(world))
    _answer_by_version(routes, world)
    for wrong in (TypeError, AttributeError, KeyError, ValueError):
        routes.register_error_handler(wrong, _misshapen)
    return routes


def _misshapen(error: Exception) -> Response:
    return errors.graph(100, "Invalid parameter", details=f"{type(error).__name__}: {error}").response()


def _answer_by_version(routes: Blueprint, world: World) -> None:
    @routes.before_request
    def which() -> None:
        asked = (request.view_args or {}).get("version")
        g.version = versions.served(asked, request.path, world.clock.now().date()) if asked else versions.NEWEST

    @routes.after_request
    def tell(response: Response) -> Response:
        if "version" in g:
            response.headers["facebook-api-version"] = f"v{g.version}.0"
        return response


def _messages(routes: Blueprint, world: World) -> None:
    @routes.post("/<graph:version>/<node>/messages")
    @call("whatsapp.messages")
    def messages(version: str, node: str) -> ResponseReturnValue:
        return jsonify(sending.accept(world, node, request_body()))

    @routes.post("/<graph:version>/<node>/media")
    @call("whatsapp.media.upload")
    def upload(version: str, node: str) -> ResponseReturnValue:
        if node != account(world)["phone_id"]:
            raise no_object(node)
        if request.form.get("messaging_product") != "whatsapp":
            raise errors.graph(100, "The parameter messaging_product is required.")
        sent = request.files.get("file")
        if sent is None:
            raise errors.graph(100, "The parameter file is required.")
        mime_type = sent.mimetype or request.form.get("type", "")
        return jsonify({"id": media.upload(world, sent.read(), mime_type, sent.filename)["id"]})

    @routes.get("/<graph:version>/<node>")
    @call("whatsapp.get")
    def look(version: str, node: str) -> ResponseReturnValue:
        found = media.find(world, node)
        if found:
            return jsonify(media.described(world, found, request.host_url))
        if flow := flows.find(world, node):
            return jsonify(flows.described(flow))
        if node == account(world)["phone_id"]:
            return jsonify(_number_fields(world))
        raise _no_object_to_get(node)

    @routes.delete("/<graph:version>/<node>")
    @call("whatsapp.media.delete")
    def delete(version: str, node: str) -> ResponseReturnValue:
        if flow := flows.find(world, node):
            flows.delete(world, flow)
        elif media.find(world, node) is None:
            raise no_object(node)
        world.store.drop("media", node)
        return jsonify({"success": True})

    @routes.get("/whatsapp_business/attachments/")
    @call("whatsapp.media.download")
    def download() -> ResponseReturnValue:
        asked = request.args
        content, mime_type = media.download(world, asked.get("mid", ""), asked.get("ext", ""), asked.get("hash", ""))
        return Response(content, mimetype=mime_type)


def _templates(routes: Blueprint, world: World) -> None:
    @routes.post("/<graph:version>/<node>/message_templates")
    @call("whatsapp.templates.create")
    def create(version: str, node: str) -> ResponseReturnValue:
        is_account(world, node)
        template = templates.submit(world, request_body())
        if template["status"] != "PENDING":
            verdicts.tell_status(world, template)
        return jsonify({name: template[name] for name in ("id", "status", "category")})

    @routes.get("/<graph:version>/<node>/message_templates")
    @call("whatsapp.templates.list")
    def listed(version: str, node: str) -> ResponseReturnValue:
        is_account(world, node)
        wanted = {
            name: request.args[name] for name in ("name", "language", "status", "category") if name in request.args
        }
        found = [
            template
            for _, template in world.store.items("template")
            if all(str(template[name]).lower() == value.lower() for name, value in wanted.items())
        ]
        shown = page(found, "name,parameter_format,components,language,status,category")
        if "summary" in request.args:
            shown["summary"] = {
                "total_count": len(found),
                "message_template_count": world.store.count("template"),
                "message_template_limit": 250,
                "are_translations_complete": True,
            }
        return jsonify(shown)

    @routes.delete("/<graph:version>/<node>/message_templates")
    @call("whatsapp.templates.delete")
    def delete_template(version: str, node: str) -> ResponseReturnValue:
        is_account(world, node)
        gone = [key for key, each in world.store.items("template") if each["name"] == request.args.get("name")]
        if not gone:
            raise errors.graph(100, "Invalid parameter", error_subcode=2593002)
        for key in gone:
            world.store.drop("template", key)
        return jsonify({"success": True})


def _uploads(routes: Blueprint, world: World) -> None:
    """The resumable upload, which gives the sample file of a template's header its handle."""

    @routes.post("/<graph:version>/<node>/uploads")
    @call("whatsapp.uploads.start")
    def start(version: str, node: str) -> ResponseReturnValue:
        asked = {**request.args, **(request_body() if request.is_json else {})}
        if not asked.get("file_type"):
            raise errors.graph(100, "The parameter file_type is required.")
        session = f"upload:{world.mint('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 40)}"
        world.store.put("upload", session, {"type": asked["file_type"]})
        return jsonify({"id": session})

    @routes.post("/<graph:version>/upload:<session>")
    @call("whatsapp.uploads.send")
    def send(version: str, session: str) -> ResponseReturnValue:
        known = world.store.get("upload", f"upload:{session}")
        if known is None:
            raise no_object(f"upload:{session}")
        kept = media.keep(world, request.get_data(), known["type"], "business")
        handle = base64.b64encode(kept["id"].encode()).decode()
        return jsonify({"h": f"4::{handle}"})


def _number_fields(world: World) -> Doc:
    usual = "display_phone_number,verified_name,quality_rating,code_verification_status"
    known = _number(world)
    if g.version < 24:
        del known["whatsapp_business_manager_messaging_limit"]
    for name in request.args.get("fields", usual).split(","):
        if name not in known:
            text = f"Tried accessing nonexisting field ({name}) on node type (WhatsAppBusinessPhoneNumber)"
            raise errors.graph(100, text)
    return chosen(known, usual)


def _number(world: World) -> Doc:
    known = account(world)
    return {
        "id": known["phone_id"],
        "display_phone_number": known["display"],
        "verified_name": known["name"],
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "whatsapp_business_manager_messaging_limit": f"TIER_{quota.numbers(world)['whatsapp.unique_users']}",
        "name_status": "APPROVED",
        "status": "CONNECTED",
        "is_official_business_account": False,
    }


def _no_object_to_get(what: str) -> errors.ApiError:
    error = no_object(what)
    error.body["error"]["message"] = error.body["error"]["message"].replace("post request", "get request")
    return error
