"""The page that says how to use the API. Its commands are run by a test as they stand."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.party.roster.rules import REASONS
from app.web.rights import cached

from .. import rules

page = Blueprint("api_page", __name__)


@page.get("/api")
@cached()
def about() -> ResponseReturnValue:
    return render_template("api/about.html", opens=rules.OPENS, hears=rules.HEARS, reasons=REASONS, rules=rules)
