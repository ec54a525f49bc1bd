"""Verbs: a key is given and revoked; what it shows is written down; a hook is added, changed, told, paused and ended."""

from .hooks import add_hook, change_secret, end_hook, pause, resume, send_again, send_test
from .keys import Given, give, note_used, revoke
from .looking import look_at, look_through, show_details
from .telling import Claimed, claim, forget_some_old, note_accepted, note_refused, wake

__all__ = [
    "Claimed", "Given", "add_hook", "change_secret", "claim", "end_hook", "forget_some_old", "give", "look_at", "look_through",
    "note_accepted", "note_refused", "note_used", "pause", "resume", "revoke", "send_again", "send_test", "show_details",
    "wake",
]  # fmt: skip
