"""Personal details at rest: sealed with AES-256-GCM, looked up by keyed blind indexes. Keys live outside the database.

Envelope: one byte key number, 12 bytes nonce, ciphertext with its tag. The associated data is `table:row id`, so that a
sealed value pasted into another row does not open. SECURITY.md says what a stolen database still shows.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PREFIX_LETTERS = range(2, 9)
BUCKET_BITS = 24


class SealBroken(Exception):
    """A sealed value does not open: wrong key, or not the row it was sealed for."""


class Seal:
    """Seals and opens with the installation's keys. The highest key number seals; every known key opens."""

    def __init__(self, keys: Mapping[int, bytes]):
        if not keys:
            raise ValueError("no seal keys")
        self._ciphers = {number: AESGCM(key) for number, key in keys.items()}
        self._current = max(keys)
        # The index key comes from the first key, so that sealing anew under a later key leaves every index true.
        first = keys[min(keys)]
        self._index_key = hmac.digest(first, b"hustings blind index", "sha256")
        self._token_key = hmac.digest(first, b"hustings link tokens", "sha256")

    def close(self, details: Mapping[str, Any], *, table: str, row: UUID) -> bytes:
        """Seal `details` (JSON values) for one row."""
        nonce = os.urandom(12)
        text = json.dumps(details, ensure_ascii=False, separators=(",", ":")).encode()
        sealed = self._ciphers[self._current].encrypt(nonce, text, f"{table}:{row}".encode())
        return bytes([self._current]) + nonce + sealed

    def open(self, sealed: bytes, *, table: str, row: UUID) -> dict[str, Any]:
        """The details sealed for this row. Raises SealBroken."""
        cipher = self._ciphers.get(sealed[0]) if sealed else None
        if cipher is None:
            raise SealBroken(f"{table}:{row}: no such key")
        try:
            opened: dict[str, Any] = json.loads(cipher.decrypt(sealed[1:13], sealed[13:], f"{table}:{row}".encode()))
        except (InvalidTag, ValueError):  # a stump is no nonce
            raise SealBroken(f"{table}:{row}") from None
        return opened

    def index(self, kind: str, value: str) -> bytes:
        """The blind index of one exact value: 16 bytes of HMAC-SHA-256, different for each kind of value."""
        return hmac.digest(self._index_key, f"{kind}:{value}".encode(), "sha256")[:16]

    def token(self, purpose: str, row: UUID) -> str:
        """The secret part of a link to one row. Derived, so no table holds it and a stolen database cannot make one."""
        return hmac.digest(self._token_key, f"{purpose}:{row}".encode(), "sha256")[:24].hex()

    def is_token(self, token: str, purpose: str, row: UUID) -> bool:
        return hmac.compare_digest(token.encode(), self.token(purpose, row).encode())

    def name_buckets(self, name: str) -> list[int]:
        """The buckets of every prefix (2 to 8 letters) of every word of a name. Short, so that a bucket names nobody:
        what falls into it is filtered after unsealing."""
        return sorted(
            {self.bucket(word[:length]) for word in fold(name).split() for length in PREFIX_LETTERS if len(word) >= length}
        )

    def bucket(self, prefix: str) -> int:
        """The bucket of one folded prefix, cut to 8 letters."""
        digest = hmac.digest(self._index_key, b"name:" + prefix[: PREFIX_LETTERS[-1]].encode(), "sha256")
        return int.from_bytes(digest[:4]) >> (32 - BUCKET_BITS)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Lower case, no macrons or accents, words parted by single spaces: “Whānau-Ōtāhuhu” becomes “whanau otahuhu”."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in plain if c not in "'’‘`").split())


def digest(facts: Mapping[str, Any]) -> str:
    """SHA-256 of facts in one canonical spelling (sorted keys, no spaces), as hex."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
