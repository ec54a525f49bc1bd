"""Where the doors of this room for officers hang."""

from __future__ import annotations

from flask import Blueprint

door = Blueprint("policies", __name__, url_prefix="/org/policies")
