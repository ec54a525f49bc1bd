"""Questions of this room, by subject: the texts, and what people say to them."""

from . import participation, record, work
from .amendments import Proposed, amendments_to, find_amendment, open_to, overtaken_at, proposals, proposed, support_of
from .comments import (
    Said,
    comment_with_replies,
    comments_on,
    count_by_section,
    count_on,
    count_overdue,
    count_replies,
    find_comment,
)
from .endorsements import (
    Endorsed,
    Voice,
    count_of,
    endorsed,
    endorsement_of,
    find_by_link,
    link_path,
    mailbox_index,
    print_of,
    read_link,
    voice_of,
    voices,
    words_of,
)
from .members import Known, is_member, is_trusted, known, memory_index, standing_of, was_hidden_lately
from .policies import (
    Adopted,
    Shelved,
    adopted,
    adopted_as,
    consulting,
    draft_of,
    find,
    find_adopted,
    get_policy,
    is_consulting,
    shelf,
    successor_of,
    texts,
    translation_of,
    versions,
)
from .say import Say, say

__all__ = [
    "Adopted", "Endorsed", "Known", "Proposed", "Said", "Say", "Shelved", "Voice", "adopted", "adopted_as", "amendments_to",
    "comment_with_replies", "comments_on", "consulting", "count_by_section", "count_of", "count_on", "count_overdue",
    "count_replies", "draft_of", "endorsed", "endorsement_of", "find", "find_adopted", "find_amendment", "find_by_link",
    "find_comment", "get_policy", "is_consulting", "is_member", "is_trusted", "known", "link_path", "mailbox_index",
    "memory_index", "open_to", "overtaken_at", "participation", "print_of", "proposals", "proposed", "read_link", "record",
    "say", "shelf", "standing_of", "successor_of", "support_of", "texts", "translation_of", "versions", "voice_of", "voices",
    "was_hidden_lately", "words_of", "work",
]  # fmt: skip
