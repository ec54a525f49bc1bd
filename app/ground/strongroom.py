"""Files that hold personal details, under INSTANCE: encrypted while they are written, each under a key of its own.

A file is a row of chunks, each closed by AES-256-GCM; the nonce is the chunk’s place, and the associated data say which file it
is of and whether it is the last, so that a file that was cut, lengthened or shuffled does not open. The key lies sealed in the
row that names the file and nowhere else: when that row forgets it, no copy of the file opens any more. A file stands under its
name only when it is whole; before that it ends in `.part`, and its key is known to the process that writes it alone.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 256 * 1024  # bytes
_TAG = 16
_folder: Path | None = None


class FileBroken(Exception):
    """A file is not there, or is not what was written."""


@dataclass(frozen=True)
class Kept:
    """A file that is whole: its key, how many bytes were put in, and their SHA-256 as hex."""

    key: bytes
    size: int
    digest: str


def hire(folder: Path) -> None:
    """Where files are kept; said once, by create_app."""
    global _folder
    _folder = folder


def _room() -> Path:
    assert _folder is not None, "nobody said where files are kept"
    _folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _folder


def _path(name: UUID) -> Path:
    return _room() / f"{name}.sealed"


class Writing:
    """A file while it is written. `finish` makes it whole."""

    def __init__(self, name: UUID, file: int):
        self._name, self._file = name, file
        self._key = AESGCM.generate_key(256)
        self._cipher = AESGCM(self._key)
        self._held, self._place, self._size, self._digest = bytearray(), 0, 0, hashlib.sha256()
        self.kept: Kept | None = None

    def write(self, part: bytes) -> None:
        self._digest.update(part)
        self._size += len(part)
        self._held += part
        while len(self._held) > CHUNK:  # the last chunk is closed by finish, as the last
            self._close(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]

    def finish(self) -> Kept:
        """Nothing comes after this: the file is on the disk, under its name."""
        self._close(bytes(self._held), last=True)
        os.fsync(self._file)
        os.rename(_path(self._name).with_suffix(".part"), _path(self._name))
        _keep_names()
        self.kept = Kept(self._key, self._size, self._digest.hexdigest())
        return self.kept

    def _close(self, chunk: bytes, *, last: bool) -> None:
        closed = self._cipher.encrypt(_nonce(self._place), chunk, _about(self._name, last))
        view = memoryview(closed)
        while view:
            view = view[os.write(self._file, view) :]
        self._place += 1


@contextmanager
def writing(name: UUID) -> Iterator[Writing]:
    """Write a new file, readable by its owner alone. Left without `finish`, nothing of it stays."""
    draft = _path(name).with_suffix(".part")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    under_way = Writing(name, file)
    try:
        yield under_way
    finally:
        os.close(file)
        if under_way.kept is None:
            draft.unlink(missing_ok=True)


def reading(name: UUID, kept: Kept) -> Iterator[bytes]:
    """What was put in, a chunk at a time. Raises FileBroken before the first is given if the file is not there or not of the
    length it had, and at a chunk that is not as it was written."""
    chunks = max(1, -(-kept.size // CHUNK))
    try:
        file = open(_path(name), "rb")  # noqa: SIM115  (closed by the iterator)
    except FileNotFoundError:
        raise FileBroken(f"{name} is not there") from None
    if os.fstat(file.fileno()).st_size != kept.size + chunks * _TAG:
        file.close()
        raise FileBroken(f"{name} is not of its length")
    return _chunks(name, file, AESGCM(kept.key), chunks)


def _chunks(name: UUID, file: BinaryIO, cipher: AESGCM, chunks: int) -> Iterator[bytes]:
    with file as opened:
        for place in range(chunks):
            closed = opened.read(CHUNK + _TAG)
            try:
                yield cipher.decrypt(_nonce(place), closed, _about(name, place == chunks - 1))
            except InvalidTag:
                raise FileBroken(f"{name} is not as it was written") from None


def remove(name: UUID) -> None:
    _path(name).unlink(missing_ok=True)
    _path(name).with_suffix(".part").unlink(missing_ok=True)


def remove_all_but(names: Collection[UUID], *, older_than: float) -> int:
    """Remove every file that is none of these and was last written before `older_than` (seconds since 1970): what a process
    that died had in hand. Returns how many."""
    spared, gone = {str(name) for name in names}, 0
    for file in _room().glob("*"):
        with suppress(FileNotFoundError):
            if file.stem not in spared and file.suffix in (".part", ".sealed") and file.stat().st_mtime < older_than:
                file.unlink()
                gone += 1
    return gone


def _nonce(place: int) -> bytes:
    return place.to_bytes(12)


def _about(name: UUID, last: bool) -> bytes:
    return name.bytes + (b"\x01" if last else b"\x00")


def _keep_names() -> None:
    """A file that was given its name keeps it when the power goes."""
    folder = os.open(_room(), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
