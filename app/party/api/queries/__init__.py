"""Questions: which key a program shows, an officer’s keys and hooks, and what a hook was told."""

from .hooks import (
    Secrets,
    Told,
    due,
    find_delivery,
    find_hook,
    get_hook,
    hooks_of,
    message,
    next_wake,
    secrets_of,
    told,
)
from .keys import find_key, key_of, keys_of, keys_of_others

__all__ = [
    "Secrets", "Told", "due", "find_delivery", "find_hook", "find_key", "get_hook", "hooks_of", "key_of", "keys_of",
    "keys_of_others", "message", "next_wake", "secrets_of", "told",
]  # fmt: skip
