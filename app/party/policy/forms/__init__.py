"""The questions of this room: to who takes part, and to officers."""

from .answering import AnswerForm, DecideForm, HideForm
from .publishing import ConsultForm, DraftForm, NewForm, PublishForm, RetireForm, TranslateForm, day_said, said
from .taking_part import AmendForm, CommentForm, EndorseForm, MemberEndorseForm, ReplyForm

__all__ = [
    "AmendForm", "AnswerForm", "CommentForm", "ConsultForm", "DecideForm", "DraftForm", "EndorseForm", "HideForm",
    "MemberEndorseForm", "NewForm", "PublishForm", "ReplyForm", "RetireForm", "TranslateForm", "day_said", "said",
]  # fmt: skip
