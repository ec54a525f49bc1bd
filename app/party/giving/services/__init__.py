"""The verbs of this room, by subject. Other rooms see them all here."""

from .asking_again import ask_again
from .discharging import file_return, give_back, pass_on, pay_over
from .duties import judge, judge_donor, judge_lender
from .lending import Lent, enter_loan, forgive, repay
from .looking import Shown, show_lender, show_who_gave
from .noted import Noted, Preview
from .offering import Offered, changed, check_above, forget_offers, hold_donor, known_donor, offer
from .receiving import declined, failed, moved, note_above, settle, stop_all_of, stop_monthly
from .recording import look_before_recording, record, tell_contributions
from .reminding import judge_anonymous, write_to_officers
from .watching import watch_declines

__all__ = [
    "Lent", "Noted", "Offered", "Preview", "Shown", "ask_again", "changed", "check_above", "declined", "enter_loan",
    "failed", "file_return", "forget_offers", "forgive", "give_back", "hold_donor", "judge", "judge_anonymous",
    "judge_donor", "judge_lender", "known_donor", "look_before_recording", "moved", "note_above", "offer", "pass_on",
    "pay_over", "record", "repay", "settle", "show_lender", "show_who_gave", "stop_all_of", "stop_monthly",
    "tell_contributions", "watch_declines", "write_to_officers",
]  # fmt: skip
