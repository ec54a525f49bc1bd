"""The questions of this room, by subject."""

from .donors import donors_of, email_index, find_donors, identity_index, is_named_as, may_be_told, who_is
from .gift import GiftPage, gift_page, running_gifts
from .given import (
    charged_soon,
    counted,
    declined_since,
    donations_of,
    find_donation,
    find_for_payment,
    given_this_year,
    opened,
    progress,
    said_alike,
    version_after,
    versions_of,
)
from .links import find_by_link, link_of, path_of

__all__ = [
    "GiftPage", "charged_soon", "counted", "declined_since", "donations_of", "donors_of", "email_index", "find_by_link",
    "find_donation", "find_donors", "find_for_payment", "gift_page", "given_this_year", "identity_index", "is_named_as",
    "link_of", "may_be_told", "opened", "path_of", "progress", "running_gifts", "said_alike", "version_after",
    "versions_of", "who_is",
]  # fmt: skip
