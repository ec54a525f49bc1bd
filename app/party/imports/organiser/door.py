"""Where the doors of this room hang, and how much may be sent through them."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, request
from flask_login import current_user

from .. import queries
from ..models import PeopleImport
from ..rules.reading import MOST_BYTES, MOST_COLUMNS

door = Blueprint("imports", __name__, url_prefix="/org/import")
_MOST_SENT = MOST_BYTES + 1024 * 1024  # a little more than a file may have, so that one too large is answered in a sentence


@door.url_value_preprocessor
def let_a_file_through(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """One door takes more than a form, another one with many questions; only from somebody who is signed in. Comes before the
    form is read. A file stays in memory: on a disk it would lie open."""
    if not current_user.is_authenticated:
        return
    if endpoint == "imports.read_file":
        request.max_content_length = _MOST_SENT
        request._get_file_stream = lambda *_args, **_more: io.BytesIO()  # type: ignore[method-assign]
    if endpoint == "imports.map_columns":
        request.max_form_parts = MOST_COLUMNS + 50


def get_import(batch: UUID) -> PeopleImport:
    return queries.find_import(batch) or abort(404)
