"""The questions of this room, by subject."""

from .books import as_law, books_of, given_by, lent_by
from .donors import contribution_of, donors_of, email_index, find_donors, identity_index, is_named_as, may_be_told, who_is
from .due import (
    Clock,
    as_the_law_has_it,
    began_on,
    clock_of,
    due_soon,
    duties_of,
    find_duty,
    lender_of,
    may_be_paid_over,
    open_count,
    payment_of,
    quarantine,
    to_judge_again,
    waiting_back,
)
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
from .lent import ListedLoan, find_loan, loans, unpaid_of
from .links import find_by_link, link_of, path_of
from .lists import Listed, OneDonation, newest, one

__all__ = [
    "Clock", "GiftPage", "Listed", "ListedLoan", "OneDonation", "as_law", "as_the_law_has_it", "began_on", "books_of",
    "charged_soon", "clock_of", "contribution_of", "counted", "declined_since", "donations_of", "donors_of", "due_soon",
    "duties_of", "email_index", "find_by_link", "find_donation", "find_donors", "find_duty", "find_for_payment",
    "find_loan", "gift_page", "given_by", "given_this_year", "identity_index", "is_named_as", "lender_of", "lent_by",
    "link_of", "loans", "may_be_paid_over", "may_be_told", "newest", "one", "open_count", "opened", "path_of",
    "payment_of", "progress", "quarantine", "running_gifts", "said_alike", "to_judge_again", "unpaid_of",
    "version_after", "versions_of", "waiting_back", "who_is",
]  # fmt: skip
