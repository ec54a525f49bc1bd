"""The verbs of this room, by subject. Other rooms see them all here."""

from .authority import ask_authority, authorise, refuse_authority
from .sending import (
    come_back,
    confirm,
    end_part,
    forget_stopped,
    go_on,
    may_go,
    next_turn,
    send_test,
    take_turn,
    wake,
    write_to,
)
from .stopping import call_off, drop, stop
from .telling import Told, write_to_officers
from .withdrawing import withdraw
from .writing import change, draft

__all__ = [
    "Told", "ask_authority", "authorise", "call_off", "change", "come_back", "confirm", "draft", "drop", "end_part",
    "forget_stopped", "go_on", "may_go", "next_turn", "refuse_authority", "send_test", "stop", "take_turn", "wake", "withdraw",
    "write_to", "write_to_officers",
]  # fmt: skip
