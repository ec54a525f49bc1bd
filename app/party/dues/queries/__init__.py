"""Questions about dues, by subject. Other rooms see them all here."""

from .charges import (
    Chosen,
    amount_of,
    charges_of,
    debit_underway,
    dues_of,
    faults,
    histories_of,
    history_of,
    memberships_met_by,
    met_by,
    owed,
    paid_until,
    payment_underway,
    plan_of,
    unpaid,
)
from .counting import count_in_good_standing
from .due import (
    asks_for_next,
    cards_expiring,
    due_for_next_charge,
    may_have_lapsed,
    renewing_for_nobody,
    to_write_about,
)
from .links import bank_reference, find_by_link, find_by_return_link, link_of, path_of, return_link_of
from .page import DuesPage, dues_page

__all__ = [
    "Chosen", "DuesPage", "amount_of", "asks_for_next", "bank_reference", "cards_expiring", "charges_of",
    "count_in_good_standing", "debit_underway", "due_for_next_charge", "dues_of", "dues_page", "faults", "find_by_link",
    "find_by_return_link", "histories_of", "history_of", "link_of", "may_have_lapsed", "memberships_met_by", "met_by",
    "owed", "paid_until", "path_of", "payment_underway", "plan_of", "renewing_for_nobody", "return_link_of",
    "to_write_about", "unpaid",
]  # fmt: skip
