"""Where the doors of this room hang, and how much may be sent through them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_login import current_user

door = Blueprint("bank", __name__, url_prefix="/org/money/bank")
_MOST_SENT = 3 * 1024 * 1024  # a little more than a file may have, so that one too large is answered in a sentence


@door.url_value_preprocessor
def let_a_file_through(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """One door takes more than a form; only from somebody who is signed in. Comes before the form is read."""
    if endpoint == "bank.read_file" and current_user.is_authenticated:
        request.max_content_length = _MOST_SENT
