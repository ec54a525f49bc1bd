"""What happens on the hosted page in `mode=setup`, where a card or a bank account is kept for later."""

from __future__ import annotations

from stripe_sim import bank_form, cards, hosted
from stripe_sim.account import Account
from stripe_sim.endpoints import payment_methods, setup_intents
from stripe_sim.hosted import Outcome
from stripe_sim.store import Record


def intent_of(account: Account, session: Record) -> Record:
    return account.get("setup_intent", session["setup_intent"])


def submit(account: Account, session: Record, form: dict[str, str]) -> Outcome:
    by_bank = bank_form.chosen(session, form)
    problems = bank_form.check(form) if by_bank else hosted.check(account, form)
    if problems:
        return Outcome("invalid", problems=problems)
    method = bank_form.method_of(account, form) if by_bank else card_of(account, form)
    if method is None:
        return Outcome("declined", problems={"": in_full("This is a simulator, and it knows only test numbers.")})
    return_url = f"{account.url}/c/pay/{session.id}"
    setup_intents.attempt(account, intent_of(account, session), method, return_url=return_url)
    return conclude(account, session, method)


hosted.BY_MODE["setup"] = submit


def card_of(account: Account, form: dict[str, str]) -> Record | None:
    card = cards.BY_NUMBER.get(cards.digits_of(form["card"]))
    if card is None:
        return None
    owner = {"email": form["email"].strip(), "name": form["name"].strip()}
    return payment_methods.make(account, card, expiry=cards.read_expiry(form["expiry"]), details=owner)


def conclude(account: Account, session: Record, method: Record) -> Outcome:
    intent = intent_of(account, session)
    if intent["status"] == "requires_action":
        return Outcome("authenticate", f"{account.url}/3ds/{intent.id}")
    if intent["status"] == "succeeded":
        owner = method["billing_details"]
        hosted.complete(account, session, {"email": owner["email"] or "", "name": owner["name"] or ""})
        return Outcome("saved", hosted.success_url(session))
    if intent["last_setup_error"]["code"] == "setup_intent_authentication_failure":
        return Outcome("declined", problems={"": in_full("Your bank could not confirm that it was you.")})
    decline = payment_methods.unsavable(method) or cards.REFUSED
    return Outcome("declined", problems={"": in_full(decline.plainly)})


def answer_bank(account: Account, intent: Record, *, passed: bool) -> Outcome:
    """The payer pressed a button on the 3D Secure page."""
    with account.changing():
        session = find_session_of(account, intent)
        if session:
            hosted.find_session(account, session.id)
        if intent["status"] == "requires_action":
            method = account.get("payment_method", intent["payment_method"])
            setup_intents.authenticate(account, intent, passed=passed)
            if session:
                return conclude(account, session, method)
        if session:
            return Outcome("closed", hosted.success_url(session) if session["status"] == "complete" else None)
        return Outcome("closed", intent.private["return_url"])


def find_session_of(account: Account, intent: Record) -> Record | None:
    sessions = account.store.all("checkout.session")
    return next((session for session in sessions if session["setup_intent"] == intent.id), None)


def in_full(sentence: str) -> str:
    return f"{sentence} Nothing was saved. Try again, or use another one."
