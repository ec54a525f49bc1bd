"""What the doors of this room share: where they hang, and the two halves of asking a browser for a passkey."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, request, session

from app.ground import clock
from app.web.house import house

from .. import rules
from ..rules import PasskeyRefused
from ..services.passkeys import Party

door = Blueprint("people", __name__)


def party() -> Party:
    settings = house().settings
    known = urlsplit(settings.public_url)
    return Party(rp_id=known.hostname or "localhost", origin=f"{known.scheme}://{known.netloc}", name=settings.party_name)


def answer() -> dict[str, Any]:
    try:
        said = request.get_json(silent=True)
    except RecursionError:
        said = None
    if not isinstance(said, dict):
        raise PasskeyRefused()
    return said


def remember(challenge: bytes, purpose: str) -> None:
    """Keep a challenge in the signed cookie, for one answer of one purpose within five minutes."""
    until = int((clock.now() + rules.CHALLENGE_LIVES).timestamp())
    session["challenge"] = [purpose, urlsafe_b64encode(challenge).decode(), until]


def remembered(purpose: str) -> bytes:
    """The challenge that was kept for `purpose`, once. Raises PasskeyRefused."""
    kept = session.pop("challenge", None)
    if not kept or kept[0] != purpose or kept[2] < clock.now().timestamp():
        raise PasskeyRefused()
    return urlsafe_b64decode(kept[1])
