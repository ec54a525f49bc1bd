"""Verbs: people are tagged, noted about, and tasks are set and done, one by one or for many."""

from .many import (
    end_tag_for,
    give_tag_to,
    give_tags,
    set_tasks_about,
    take_back_tags,
    take_back_tags_of,
    take_back_tasks,
    take_back_untagged,
)
from .one import (
    end_tagging,
    finish,
    forget,
    forget_tags,
    give_tag,
    look_at_notes,
    make_tag,
    note,
    party_tags_named,
    retire_tag,
    set_task,
)

__all__ = [
    "end_tag_for", "end_tagging", "finish", "forget", "forget_tags", "give_tag", "give_tag_to", "give_tags",
    "look_at_notes", "make_tag", "note", "party_tags_named", "retire_tag", "set_task", "set_tasks_about", "take_back_tags",
    "take_back_tags_of", "take_back_tasks", "take_back_untagged",
]  # fmt: skip
