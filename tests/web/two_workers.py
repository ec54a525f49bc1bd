"""The house with one more door, served by two workers in test_warm_workers.py: a page of a row, which says who made it."""

from __future__ import annotations

import os
import time

from flask import Blueprint
from sqlalchemy import text

from app import create_app
from app.ground.db import session
from app.web.rights import cached

door = Blueprint("probe", __name__)


@door.get("/probe/<name>")
@cached()
def probe(name: str) -> str:
    session.execute(text("select nextval('probe.asked')"))  # is counted though nothing is kept
    value = session.scalar(text("select value from probe.pages where name = :name"), {"name": name})
    session.remove()
    time.sleep(0.3)  # long enough for a herd to arrive, and for news to come while it is made
    return f"{value} by {os.getpid()}"


app = create_app()
app.register_blueprint(door)
