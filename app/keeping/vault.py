"""Files that only the holder of one secret opens: age, by its library, as a stream. Nothing is ever written in the clear."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pyrage

from app.ground.settings import Settings

DEMO_IDENTITY = "backup-identity.txt"


class VaultShut(Exception):
    """A backup cannot be closed or opened; the sentence says what to do."""


def new_pair() -> tuple[str, str]:
    """A new identity (secret) and its recipient (public)."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipient(settings: Settings) -> Any:
    """For whom backups are closed. The demo makes its own pair once, beside its data. Raises VaultShut."""
    if settings.backup_recipient:
        try:
            return pyrage.x25519.Recipient.from_str(settings.backup_recipient)
        except pyrage.RecipientError:
            raise VaultShut("BACKUP_RECIPIENT is mistyped: copy again what flask keys backup said.") from None
    if not settings.demo:
        raise VaultShut("BACKUP_RECIPIENT is missing: make a pair with flask keys backup, and keep the identity elsewhere.")
    file = settings.instance / DEMO_IDENTITY
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(new_pair()[0] + "\n")
    return _read(file).to_public()


def identity(settings: Settings, file: Path | None = None) -> Any:
    """What opens backups: from `file`, BACKUP_IDENTITY, or the demo's own. Raises VaultShut."""
    named = file or settings.backup_identity or (settings.instance / DEMO_IDENTITY if settings.demo else None)
    if named is None:
        raise VaultShut("Which identity opens it? Name its file with --identity or BACKUP_IDENTITY.")
    return _read(named)


def _read(file: Path) -> Any:
    try:
        lines = [line.strip() for line in file.read_text().splitlines() if line.strip() and not line.startswith("#")]
    except (OSError, UnicodeDecodeError) as fault:
        raise VaultShut(
            f"The identity in {file} cannot be read: {getattr(fault, 'strerror', None) or 'it is no text'}."
        ) from None
    try:
        (line,) = lines
        return pyrage.x25519.Identity.from_str(line)
    except (ValueError, pyrage.IdentityError):
        raise VaultShut(f"{file} is not an identity: one line is needed that begins with AGE-SECRET-KEY-1.") from None


class Measured:
    """A file or pipe that is measured as it is written: bytes and SHA-256."""

    def __init__(self, out: IO[bytes] | None, *, told: Callable[[int], object] = lambda _size: None):
        self.out, self.told = out, told
        self.size, self.sha256 = 0, hashlib.sha256()

    def write(self, part: bytes) -> int:
        if self.out:
            self.out.write(part)
        self.size += len(part)
        self.sha256.update(part)
        self.told(self.size)
        return len(part)

    def flush(self) -> None:
        if self.out:
            self.out.flush()


def close(source: IO[bytes], out: Measured, whom: Any) -> None:
    """Everything from `source`, closed for `whom`, into `out`."""
    pyrage.encrypt_io(source, out, [whom])


def open_into(file: Path, out: Measured, who: Any) -> None:
    """Everything in `file`, opened by `who`, into `out`. Raises VaultShut; then what has come out so far is not all."""
    with file.open("rb") as source:
        try:
            pyrage.decrypt_io(source, out, [who])
        except pyrage.DecryptError:
            raise VaultShut(f"This identity does not open {file.name}: another one was its recipient.") from None
        except BrokenPipeError:
            raise
        except OSError:
            raise VaultShut(f"{file.name} is damaged: it does not open to its end.") from None
