"""The keeper of an installation: commands in processes of their own, and rows enough to be busy with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg

from app.ground.ids import new_id
from app.ground.seal import Seal
from app.ground.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
FOREIGN = (
    "DATABASE_",
    "STRIPE_",
    "SEAL_",
    "INDEX_",
    "BACKUP_",
    "PARTY_",
    "INSTANCE",
    "PUBLIC_",
    "MAIL_",
    "PORT",
    "ENVIRONMENT",
)


def said(keys: dict[int, bytes]) -> str:
    """Keys as SEAL_KEYS says them."""
    return ",".join(f"{number}:{key.hex()}" for number, key in keys.items())


class Keeper:
    """Runs `flask …` for one installation."""

    def __init__(self, **env: str):
        self.env = {
            **{key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)},
            "FLASK_APP": "wsgi:app",
            **env,
        }

    @classmethod
    def of(cls, settings: Settings, **env: str) -> Keeper:
        own = {
            "INSTANCE": str(settings.instance),
            "DATABASE_URL": settings.database_url,
            "DATABASE_OWNER_URL": settings.database_owner_url,
            "SEAL_KEYS": said(dict(settings.seal_keys)),
        }
        return cls(**{**own, **env})

    def start(self, *args: Any, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", *map(str, args)], cwd=ROOT, env={**self.env, **env}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *args: Any, code: int = 0, **env: str) -> str:
        """What the command said, once it has ended with `code`."""
        process = self.start(*args, **env)
        out, err = process.communicate(timeout=600)  # on a busy machine one took a minute
        assert process.returncode == code, out + err
        return out + err


def more_letters(owner: psycopg.Connection, seal: Seal, count: int) -> None:
    """Letters that were sent long ago."""
    columns = "id, key, template, kind, sealed, queued_at, sent_at"
    with owner.cursor() as cursor, cursor.copy(f"copy letters ({columns}) from stdin") as rows:
        for _ in range(count):
            row = new_id()
            text = {"to": "x@people.example", "subject": "s", "text": "t" * 400, "html": "h"}
            sealed = seal.close(text, table="letters", row=row)
            rows.write_row((row, str(row), "x", "service", sealed, "2026-01-01T00:00Z", "2026-01-01T00:00Z"))
