"""The questions of this room: to who takes part, and to officers."""

from .answering import AnswerForm, DecideForm, HideForm
from .taking_part import AmendForm, CommentForm, EndorseForm, MemberEndorseForm, ReplyForm

__all__ = [
    "AmendForm", "AnswerForm", "CommentForm", "DecideForm", "EndorseForm", "HideForm", "MemberEndorseForm", "ReplyForm",
]  # fmt: skip
