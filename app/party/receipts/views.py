"""Doors to one’s own receipts."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.web.rights import member

from . import papers, queries, services

door = Blueprint("receipts", __name__)
YEARS = range(1900, 9999)


@door.get("/me/receipts/<number>.pdf")
@member
def receipt(number: str) -> ResponseReturnValue:
    """One’s own receipt: the original once, then duplicates. Somebody else’s is as if there were none."""
    with transaction():
        held = queries.find_own(current_user.person_id, number)
        if held and request.method == "HEAD":  # asks only whether it is there: the original is not used up
            return _file(b"", f"receipt-{number}")
        handed = services.hand_out(held, by=current_user.by, on=clock.today()) if held else None
    if handed is None:
        abort(404)
    return _file(handed.pdf, f"receipt-{number}{'-duplicate' if handed.duplicate else ''}")


@door.get("/me/receipts/<int:year>.pdf")
@member
def statement(year: int) -> ResponseReturnValue:
    """What one paid and got back in a calendar year."""
    held = queries.statement_of(current_user.person_id, year) if year in YEARS else None
    if held is None:
        abort(404)
    return _file(papers.statement(held, on=clock.today()), f"statement-{year}")


def _file(pdf: bytes, name: str) -> Response:
    """A file to keep: never shown inside the site, never stored on the way."""
    return Response(pdf, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'})
