"""Personal details at rest: sealed with AES-256-GCM, looked up by keyed blind indexes. Keys live outside the database.

Envelope: one byte key number, 12 bytes nonce, ciphertext with its tag. The associated data is `table:row id`, so that a
sealed value pasted into another row does not open. SECURITY.md says what a stolen database still shows.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_SPELL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # made once: making it is most of the work
PREFIX_LETTERS = range(2, 9)
BUCKET_BITS = 24


class SealBroken(Exception):
    """A sealed value does not open: wrong key, or not the row it was sealed for."""


def index_key_of(key: bytes) -> bytes:
    """What indexes and link secrets are made with, from one seal key: 64 bytes that do not tell that key."""
    return hmac.digest(key, b"hustings blind index", "sha256") + hmac.digest(key, b"hustings link tokens", "sha256")


class Seal:
    """Seals and opens with the installation's keys. The highest key number seals; every known key opens."""

    def __init__(self, keys: Mapping[int, bytes], *, index_key: bytes | None = None):
        """`index_key`: 64 bytes as `index_key_of` makes them; without it they are made from the first key."""
        if not keys:
            raise ValueError("no seal keys")
        self._ciphers = {number: AESGCM(key) for number, key in keys.items()}
        self.numbers = frozenset(keys)
        self.current = max(keys)
        # Indexes and link secrets never come from the highest key, so that sealing anew leaves every one of them true.
        made = index_key or index_key_of(keys[min(keys)])
        # Prepared once: hmac.digest lets go of the interpreter each time, and waits for it again where others want it too.
        self._indexing, self._tokens = hmac.new(made[:32], digestmod="sha256"), hmac.new(made[32:], digestmod="sha256")

    def close(self, details: Mapping[str, Any], *, table: str, row: UUID) -> bytes:
        """Seal `details` (JSON values) for one row."""
        return self._close(_SPELL(details).encode(), f"{table}:{row}")

    def closer(self, table: str) -> Callable[[Mapping[str, Any], UUID], bytes]:
        """`close` for many rows of one table, one after another: their nonces are drawn some hundred at a time, for each draw
        lets go of the interpreter, and waits for it again where others want it. For one piece of work, not to be kept."""
        head, encrypt = bytes([self.current]), self._ciphers[self.current].encrypt
        drawn: Iterator[bytes] = iter(())

        def closed(details: Mapping[str, Any], row: UUID) -> bytes:
            nonlocal drawn
            nonce = next(drawn, b"")
            if not nonce:
                many = os.urandom(12 * 256)
                drawn = iter([many[at : at + 12] for at in range(0, len(many), 12)])
                nonce = next(drawn)
            return head + nonce + encrypt(nonce, _SPELL(details).encode(), f"{table}:{row}".encode())

        return closed

    def open(self, sealed: bytes, *, table: str, row: UUID) -> dict[str, Any]:
        """The details sealed for this row. Raises SealBroken."""
        try:
            opened: dict[str, Any] = json.loads(self._open(sealed, f"{table}:{row}"))
        except ValueError:
            raise SealBroken(f"{table}:{row}") from None
        return opened

    def opener(self, table: str) -> Callable[[bytes, bytes], dict[str, Any]]:
        """`open` for many rows of one table, with less ado about each: takes a sealed value and its row’s id as it is spelt."""
        decrypt = {number: cipher.decrypt for number, cipher in self._ciphers.items()}
        about, read = f"{table}:".encode(), json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # it is not in the stubs

        def opened(sealed: bytes, row: bytes) -> dict[str, Any]:
            try:
                text = decrypt[sealed[0]](sealed[1:13], sealed[13:], about + row)
            except (InvalidTag, ValueError, LookupError):
                raise SealBroken(f"{table}:{row.decode()}") from None
            details: dict[str, Any] = read(text.decode(), 0)[0]
            return details

        return opened

    def anew(self, sealed: bytes, *, table: str, row: UUID) -> bytes:
        """The same details for the same row, to the byte, under the highest key. Raises SealBroken."""
        return self._close(self._open(sealed, f"{table}:{row}"), f"{table}:{row}")

    def _close(self, text: bytes, where: str) -> bytes:
        nonce = os.urandom(12)
        return bytes([self.current]) + nonce + self._ciphers[self.current].encrypt(nonce, text, where.encode())

    def _open(self, sealed: bytes, where: str) -> bytes:
        cipher = self._ciphers.get(sealed[0]) if sealed else None
        if cipher is None:
            raise SealBroken(f"{where}: no such key")
        try:
            return cipher.decrypt(sealed[1:13], sealed[13:], where.encode())
        except (InvalidTag, ValueError):  # a stump is no nonce
            raise SealBroken(where) from None

    def index(self, kind: str, value: str) -> bytes:
        """The blind index of one exact value: 16 bytes of HMAC-SHA-256, different for each kind of value."""
        return _keyed(self._indexing, f"{kind}:{value}".encode())[:16]

    def likeness(self, kind: str, value: str) -> int:
        """The blind index of a value that two records of one person may share, as a number of 63 bits."""
        return int.from_bytes(self.index(f"like {kind}", value)[:8]) >> 1

    def token(self, purpose: str, row: UUID) -> str:
        """The secret part of a link to one row. Derived, so no table holds it and a stolen database cannot make one."""
        return _keyed(self._tokens, f"{purpose}:{row}".encode())[:24].hex()

    def is_token(self, token: str, purpose: str, row: UUID) -> bool:
        return hmac.compare_digest(token.encode(), self.token(purpose, row).encode())

    def name_buckets(self, name: str) -> list[int]:
        """The buckets of every prefix (2 to 8 letters) of every word of a name. Short, so that a bucket names nobody:
        what falls into it is filtered after unsealing."""
        return sorted(
            {self.bucket(word[:length]) for word in fold(name).split() for length in PREFIX_LETTERS if len(word) >= length}
        )

    def search_buckets(self, name: str, phone: str) -> list[int]:
        """The buckets somebody is found by: those of their name, and that of their phone number."""
        return sorted({*self.name_buckets(name), *([self.phone_bucket(phone)] if phone else [])})

    def phone_bucket(self, number: str) -> int:
        """The bucket of one whole phone number (E.164)."""
        return int.from_bytes(_keyed(self._indexing, f"phone:{number}".encode())[:4]) >> (32 - BUCKET_BITS)

    def bucket(self, prefix: str) -> int:
        """The bucket of one folded prefix, cut to 8 letters."""
        digest = _keyed(self._indexing, b"name:" + prefix[: PREFIX_LETTERS[-1]].encode())
        return int.from_bytes(digest[:4]) >> (32 - BUCKET_BITS)


def _keyed(prepared: hmac.HMAC, message: bytes) -> bytes:
    """HMAC-SHA-256 of a message, under the key that was prepared."""
    one = prepared.copy()
    one.update(message)
    return one.digest()


_APART = re.compile(r"[\W_]+")
# Signs that part no words, and letters that are no other letter with a mark, as who has no key for them types them.
_AS_TYPED: Mapping[int, str | None] = {
    **dict.fromkeys(map(ord, "'’‘`")),
    **{ord(sign): plain for sign, plain in zip("đðħıłøþæœ", ("d", "d", "h", "i", "l", "o", "th", "ae", "oe"), strict=True)},
}


@lru_cache(maxsize=16_384)  # the names and addresses of some thousand rows, each asked for several times
def fold(text: str) -> str:
    """Lower case, no macrons or accents, words parted by single spaces: “Whānau-Ōtāhuhu” becomes “whanau otahuhu”, “Đặng”
    “dang”."""
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    return _APART.sub(" ", plain.translate(_AS_TYPED)).strip()


def digest(facts: Mapping[str, Any]) -> str:
    """SHA-256 of facts in one canonical spelling (sorted keys, no spaces), as hex."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
