"""The verbs of this room, by subject. Other rooms see them all here."""

from .attempts import (
    CHECKOUT_LIVES,
    Line,
    Mismatch,
    apply,
    apply_charge,
    begin,
    close,
    close_soon,
    close_transfers,
    note_checkout,
)
from .differences import close_all_but, close_differences, note_difference, resolve, take_up
from .events import answered, follow_soon, hear, look_into_soon, looked_into
from .ledger import AGAINST, post, post_move
from .listeners import Room, listen
from .money_back import (
    apply_money_back,
    ask_refund,
    confirm_refund,
    decline_refund,
    hand_back,
    left_of,
    pay_over,
    refuse_refund,
    send_refunds,
    split,
)
from .renewals import (
    agree_later,
    apply_renewal,
    check_stopped,
    forget_agreements,
    hand_over,
    look_at_renewal_soon,
    note_agreement,
    note_change,
    running_for,
    start_renewal,
    stop_all,
    want_stopped,
)
from .settling import record_payment, settle, tell_again

__all__ = [
    "AGAINST", "CHECKOUT_LIVES", "Line", "Mismatch", "Room", "agree_later", "answered", "apply", "apply_charge",
    "apply_money_back", "apply_renewal", "ask_refund", "begin", "check_stopped", "close", "close_all_but",
    "close_differences", "close_soon", "close_transfers", "confirm_refund", "decline_refund", "follow_soon",
    "forget_agreements", "hand_back", "hand_over", "hear", "left_of", "listen", "look_at_renewal_soon", "look_into_soon",
    "looked_into", "note_agreement", "note_change", "note_checkout", "note_difference", "pay_over", "post", "post_move",
    "record_payment", "refuse_refund", "resolve", "running_for", "send_refunds", "settle", "split", "start_renewal",
    "stop_all", "take_up", "tell_again", "want_stopped",
]  # fmt: skip
