"""Nouns: policies and their texts; and what people say to them."""

from .amendments import Amendment, AmendmentDecision, AmendmentSupport, Outcome
from .comments import Comment, Stance
from .endorsements import Endorsement, Shown
from .policies import Policy, PolicyDraft, PolicyTranslation, PolicyVersion

__all__ = [
    "Amendment", "AmendmentDecision", "AmendmentSupport", "Comment", "Endorsement", "Outcome", "Policy", "PolicyDraft",
    "PolicyTranslation", "PolicyVersion", "Shown", "Stance",
]  # fmt: skip
