"""PostgreSQL's own tools and what they need to be told: which program, which server, without a password on a command line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.ground.embedded import BIN
from app.ground.settings import APP_ROLE


class ToolMissing(Exception):
    """No program of PostgreSQL here is new enough; the sentence says what to install."""


def connect(url: str, *, autocommit: bool = True) -> psycopg.Connection:
    """As the owner, for work that takes as long as it takes, and waits for no lock longer than a moment."""
    return psycopg.connect(
        url,
        autocommit=autocommit,
        application_name="hustings keeper",
        options="-c timezone=UTC -c lock_timeout=5s -c statement_timeout=0 -c idle_in_transaction_session_timeout=0",
    )


def major(connection: psycopg.Connection) -> int:
    return connection.info.server_version // 10000


def program(name: str, *, at_least: int) -> str:
    """The path of `name` (pg_dump, pg_restore) of version `at_least` or later: the embedded one, else the one on PATH.

    Raises ToolMissing.
    """
    found = []
    for path in (str(BIN / name) if (BIN / name).exists() else None, shutil.which(name)):
        if path:
            version = _version(path)
            if version >= at_least:
                return path
            found.append(f"{path} is of {version}")
    raise ToolMissing(
        f"The server is PostgreSQL {at_least}, and {name} of that version or a later one is not here"
        f"{' (' + ', '.join(found) + ')' if found else ''}: install postgresql-client-{at_least}."
    )


def _version(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"(\d+)(?:\.\d+|devel|beta|rc)", said)
    return int(number[1]) if number else 0


def addressed(url: str) -> tuple[str, dict[str, str]]:
    """How a program is told where to go: the address without the password, and an environment with it."""
    parts = conninfo_to_dict(url)
    password = parts.pop("password", None)
    env = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return make_conninfo("", **parts), {**env, **({"PGPASSWORD": str(password)} if password else {}), "PGTZ": "UTC"}


def first_line(log: Path) -> str:
    """What a program complained of, in one line, without the rows it may have quoted."""
    for line in log.read_text(errors="replace").splitlines():
        if "error" in line.lower() or "fatal" in line.lower():
            return line.strip()[:300]
    return "it said nothing"


MAKE_ROLE = f"""
do $$ begin
    if not exists (select from pg_roles where rolname = '{APP_ROLE}') then
        create role {APP_ROLE} login nosuperuser nocreatedb nocreaterole noinherit;
    end if;
    if not pg_has_role(current_user, '{APP_ROLE}', 'member') then
        grant {APP_ROLE} to current_user;
    end if;
end $$;
"""
