"""Where the doors of this room hang, and what they share."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort

from .. import queries
from ..models import Pack

door = Blueprint("registration", __name__, url_prefix="/org/registration")


def get_pack(pack_id: UUID) -> Pack:
    return queries.find_pack(pack_id) or abort(404)


def pdf_file(content: bytes, name: str) -> Response:
    """A file to keep: never shown inside the site, never stored on the way."""
    return Response(
        content, content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )  # fmt: skip
