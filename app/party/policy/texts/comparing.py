"""Stands in until its own commit is merged."""

from .words import Text


def compare(old: Text, new: Text) -> object:
    return old == new
