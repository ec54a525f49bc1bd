"""Verbs: a file is asked for, begun, made whole or refused, handed over, removed."""

from .asking import ask, go, not_agreed
from .keeping import Taken, forget_expired, forget_who_was_in, names_kept, take
from .writing import Plan, begin, finish, refuse

__all__ = [
    "Plan", "Taken", "ask", "begin", "finish", "forget_expired", "forget_who_was_in", "go", "names_kept", "not_agreed",
    "refuse", "take",
]  # fmt: skip
