"""The description of the API (OpenAPI 3.1), made from the doors themselves. No page of a stranger’s shows it."""

from __future__ import annotations

import http
from typing import Any

from flask import Flask, current_app
from flask.typing import ResponseReturnValue
from flask_smorest import Api as Smorest
from flask_smorest.utils import prepare_response
from marshmallow import Schema, fields

from app.web.problems import TYPE
from app.web.rights import DATA, cached

from .door import door, public_door

VERSION = "1.0.0"


class Problem(Schema):
    """What went wrong (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), metadata={"description": "Sentences by parameter."})


class Api(Smorest):
    """Flask-smorest, which describes the doors and reads their parameters. Faults are the house’s own to tell: it would tell
    them for every page of the house, and a 405 without its Allow."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        pass

    def _register_responses(self) -> None:
        faults = {status.name: status.phrase for status in http.HTTPStatus if status >= 400}
        for name, words in {**faults, self.DEFAULT_ERROR_RESPONSE_NAME: "What went wrong"}.items():
            told = {"description": words, "schema": Problem}
            prepare_response(told, self.spec, TYPE)
            self.spec.components.response(name, told, lazy=True)


def describe(app: Flask, *, party: str, url: str) -> None:
    """Hang the doors for programs, and have them described."""
    api = Api(
        app,
        spec_kwargs={
            "title": party,
            "version": VERSION,
            "openapi_version": "3.1.0",
            "servers": [{"url": url}],
            "info": {"description": f"How to use it: {url}/api"},
        },
    )
    api.spec.components.security_scheme(
        "key",
        {"type": "http", "scheme": "bearer", "description": "Authorization: Bearer hust_…"},
    )
    for one in (door, public_door):
        api.register_blueprint(one)


@public_door.route("/openapi.json")
@cached(DATA)
@public_door.response(200, {"type": "object"}, description="This description")
def openapi() -> ResponseReturnValue:
    """This description"""
    spec: dict[str, Any] = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    return current_app.json.response(spec)
