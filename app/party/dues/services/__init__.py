"""The verbs of this room, by subject. Other rooms see them all here."""

from .charges import charge_first_term, charge_next_term, choose_plan, meet_first, raise_charges
from .lapsing import has_lapsed, lapse, remind, stop_for_nobody, warn_of_expiry
from .paying import LABEL, label_of, pay_ahead, pay_owed, record, renew_from_next, stop_renewing
from .receiving import NobodyToCredit, declined, failed, give_receipt, moved, receive, settle

__all__ = [
    "LABEL", "NobodyToCredit", "charge_first_term", "charge_next_term", "choose_plan", "declined", "failed",
    "give_receipt", "has_lapsed", "label_of", "lapse", "meet_first", "moved", "pay_ahead", "pay_owed", "raise_charges",
    "receive", "record", "remind", "renew_from_next", "settle", "stop_for_nobody",
    "stop_renewing", "warn_of_expiry",
]  # fmt: skip
