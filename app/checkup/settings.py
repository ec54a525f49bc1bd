"""Settings that are accepted and look wrong all the same."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from app.ground.settings import Settings
from app.keeping.vault import DEMO_IDENTITY

HERE = ("localhost", "127.0.0.1", "::1")


def faults(settings: Settings) -> Iterator[str]:
    yield from _demo(settings) if settings.demo else _production(settings)
    for name in ("keys.json", DEMO_IDENTITY):
        file = settings.instance / name
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield f"Others on this machine can read {file}: chmod 600 {file}."


def _demo(settings: Settings) -> Iterator[str]:
    if (urlsplit(settings.public_url).hostname or "") not in HERE:
        yield "PUBLIC_URL leads others to a demo, whose mailbox anybody may read: set ENVIRONMENT=production for real people."
    if settings.livemode:
        yield "STRIPE_API_KEY takes real money in a demo: set ENVIRONMENT=production, or use a test key."


def _production(settings: Settings) -> Iterator[str]:
    demo_keys = settings.instance / "keys.json"
    if demo_keys.exists():
        made = json.loads(demo_keys.read_text())
        if settings.secret_key == made.get("SECRET_KEY"):
            yield "SECRET_KEY is the demo’s, which lies in a file beside it: make a new one."
        if any(key.hex() in made.get("SEAL_KEYS", "") for key in settings.seal_keys.values()):
            yield "SEAL_KEYS has the demo’s key, which lies in a file beside it: add a new one and run flask keys rotate."
    if len(set(settings.secret_key)) < 10:
        yield "SECRET_KEY is hardly random: make one with python -c 'import secrets; print(secrets.token_hex(32))'."
    for number, key in settings.seal_keys.items():
        if len(set(key)) < 10:
            yield f"Key {number} of SEAL_KEYS is hardly random: add a random one and run flask keys rotate."
    if not settings.backup_recipient:
        yield "BACKUP_RECIPIENT is missing, so that no backup can be made: make a pair with flask keys backup."
    if settings.backup_identity:
        yield "BACKUP_IDENTITY is set where the data are: who takes this machine opens every backup. Keep it elsewhere."
    for name, url in (("DATABASE_URL", settings.database_url), ("DATABASE_OWNER_URL", settings.database_owner_url)):
        if not is_safe_line(url):
            yield f"{name} goes over a network without insisting on TLS: add ?sslmode=verify-full."


def is_safe_line(url: str) -> bool:
    """Whether a connection stays on this machine, or insists on knowing who is at the other end."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    host = parts.hostname or asked.get("host", [""])[0]
    return not host or host.startswith("/") or host in HERE or asked.get("sslmode") in (["verify-full"], ["verify-ca"])
