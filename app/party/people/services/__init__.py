"""The verbs of this room, by subject. Other rooms see them all here."""

from .authenticators import begin_authenticator, confirm_authenticator, confirm_by_code, remove_authenticator
from .bounces import forget_bounces, note_bounce, note_refusal, note_returned
from .links import make_link, sweep, use_link, write_link
from .many import Answer, Newcomer, correct_many, enrol_many, erase_many, find_pairs_of, hold_emails, say_consents
from .passkeys import (
    add_passkey,
    confirm_by_passkey,
    options_to_add,
    options_to_confirm,
    options_to_sign_in,
    remove_passkey,
    sign_in_by_passkey,
)
from .persons import be_found, change_consent, confirm_email, correct, enrol, erase, hold_email, liken, say_consent
from .proofs import check_may_change_proofs, forget_proofs, guard_proofs_of
from .sign_ins import ask_to_sign_in, begin_session, prove, revoke, see, send_sign_in_link, sign_in_by_link, sign_out
from .supporters import ask_to_support, send_support_link, support

__all__ = [
    "Answer", "Newcomer", "add_passkey", "ask_to_sign_in", "ask_to_support", "be_found", "begin_authenticator",
    "begin_session", "change_consent", "check_may_change_proofs", "confirm_authenticator", "confirm_by_code",
    "confirm_by_passkey", "confirm_email", "correct", "correct_many", "enrol", "enrol_many", "erase", "erase_many",
    "find_pairs_of", "forget_bounces", "forget_proofs", "guard_proofs_of", "hold_email", "hold_emails", "liken", "make_link",
    "note_bounce", "note_refusal", "note_returned", "options_to_add", "options_to_confirm", "options_to_sign_in",
    "prove", "remove_authenticator", "remove_passkey", "revoke", "say_consent", "say_consents", "see",
    "send_sign_in_link", "send_support_link", "sign_in_by_link", "sign_in_by_passkey", "sign_out",
    "support", "sweep", "use_link", "write_link",
]  # fmt: skip
