"""Where the doors of this room hang."""

from __future__ import annotations

from flask import Blueprint

door = Blueprint("keys", __name__, url_prefix="/org")
