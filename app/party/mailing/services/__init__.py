"""The verbs of this room, by subject. Other rooms see them all here."""

from .authority import ask_authority, authorise
from .sending import come_back, confirm, end_part, forget_stopped, go_on, may_go, next_turn, send_test, wake, write_to
from .stopping import call_off, drop, stop
from .withdrawing import withdraw
from .writing import change, draft

__all__ = [
    "ask_authority", "authorise", "call_off", "change", "come_back", "confirm", "draft", "drop", "end_part", "forget_stopped",
    "go_on", "may_go", "next_turn", "send_test", "stop", "wake", "withdraw", "write_to",
]  # fmt: skip
