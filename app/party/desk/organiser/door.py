"""Where the doors of the desk hang."""

from __future__ import annotations

from flask import Blueprint

door = Blueprint("desk", __name__, url_prefix="/org")
