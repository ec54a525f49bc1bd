"""What happens when somebody presses a button on a hosted page. The pages and `/_sim/pay` both come through here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from stripe_sim import bank_form, cards
from stripe_sim.account import Account
from stripe_sim.billing.clocks import at_time_of
from stripe_sim.endpoints import checkout_subscriptions, customers, payment_intents, payment_methods
from stripe_sim.endpoints.checkout_sessions import close, details
from stripe_sim.store import Record

KEPT = ("email", "expiry", "name")
"""What a payer need not type again. Never the card number, never the CVC, never the bank account."""


@dataclass
class Outcome:
    """`state` is paid, processing, saved, declined, invalid, authenticate or closed. `go_to` is where the payer's browser goes
    next, if it leaves the page; `problems` are sentences by the field they stand beside ("" for the whole form)."""

    state: str
    go_to: str | None = None
    problems: dict[str, str] = field(default_factory=dict)


BY_MODE: dict[str, Callable[[Account, Record, dict[str, str]], Outcome]] = {}
"""What sending the form does in modes of their own."""


def find_session(account: Account, id: str) -> Record | None:
    """The session, expired if its time has come."""
    session = account.store.find(id, "checkout.session")
    if session and session["status"] == "open" and session["expires_at"] <= account.now():
        close(account, session)
    return session


def success_url(session: Record) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session.id)


def submit(account: Account, session: Record, form: dict[str, str]) -> Outcome:
    """The payment form was sent. However often and however fast it is sent, it is charged once."""
    with account.changing():
        if session["status"] != "open":
            return Outcome("closed", success_url(session) if session["status"] == "complete" else None)
        account.note(session, draft={name: form.get(name, "").strip()[:200] for name in KEPT})
        if session["customer_email"]:
            form = {**form, "email": session["customer_email"]}
        if session["mode"] in BY_MODE:
            return BY_MODE[session["mode"]](account, session, form)
        recurs = session["mode"] == "subscription"
        if session["amount_total"] == 0 and (not recurs or checkout_subscriptions.needs_no_card(session)):
            complete(account, session, form)
            return Outcome("paid", success_url(session))
        by_bank = bank_form.chosen(session, form)
        problems = bank_form.check(form) if by_bank else check(account, form)
        if problems:
            return Outcome("invalid", problems=problems)
        if by_bank:
            return debit(account, session, form)
        card = cards.BY_NUMBER.get(cards.digits_of(form["card"]))
        if card is None:  # a real card, perhaps: refused before anything of it is kept
            return Outcome("declined", problems={"": in_full(cards.NOT_A_TEST_CARD.plainly)})
        expiry = cards.read_expiry(form["expiry"])
        owner = {"email": form["email"].strip(), "name": form["name"].strip()}
        method = payment_methods.make(account, card, expiry=expiry, details=owner)
        if session["amount_total"] == 0:
            return save(account, session, method)
        intent = intent_of(account, session)
        return_url = f"{account.url}/c/pay/{session.id}"
        payment_intents.attempt(account, intent, method, return_url=return_url)
        return conclude(account, session, intent, method)


def debit(account: Account, session: Record, form: dict[str, str]) -> Outcome:
    method = bank_form.method_of(account, form)
    if method is None:
        return Outcome("declined", problems={"": in_full("This is a simulator, and it knows only test accounts.")})
    if session["amount_total"] == 0:
        return save(account, session, method)
    intent = intent_of(account, session)
    with at_time_of(account, session["customer"]):
        payment_intents.attempt(account, intent, method)
    return conclude(account, session, intent, method)


@payment_intents.FOLLOWERS.append
def hear_of_debit(account: Account, intent: Record) -> None:
    """The bank has answered, days after its owner left the page. What becomes of the intent after that is not the session's."""
    session = find_session_of(account, intent)
    if session is None or session["status"] != "complete" or session["payment_status"] != "unpaid":
        return
    if session.private.get("answered"):
        return
    account.note(session, answered=True)
    if intent["status"] == "succeeded":
        account.change(session, payment_status="paid")
        account.emit("checkout.session.async_payment_succeeded", session)
    elif intent["status"] == "requires_payment_method":
        account.emit("checkout.session.async_payment_failed", session)


def conclude(account: Account, session: Record, intent: Record, method: Record) -> Outcome:
    if intent["status"] == "requires_action":
        return Outcome("authenticate", f"{account.url}/3ds/{intent.id}")
    if intent["status"] in ("succeeded", "processing"):
        owner = method["billing_details"]
        complete(account, session, {"email": owner["email"] or "", "name": owner["name"] or ""}, intent, method)
        return Outcome("paid" if intent["status"] == "succeeded" else "processing", success_url(session))
    error = intent["last_payment_error"]
    if error["code"] == "payment_intent_authentication_failure":
        return Outcome("declined", problems={"": in_full("Your bank could not confirm that it was you.")})
    decline = payment_methods.card_of(method).decline or cards.REFUSED
    return Outcome("declined", problems={"": in_full(decline.plainly)})


def save(account: Account, session: Record, method: Record) -> Outcome:
    """Nothing is due today: the card or account is only kept for later, if its bank and its owner agree."""
    decline = payment_methods.unsavable(method)
    if decline:
        return Outcome("declined", problems={"": in_full(decline.plainly)})
    if not payment_methods.is_bank(method) and payment_intents.must_authenticate(method):
        account.note(session, saving=method.id)
        return Outcome("authenticate", f"{account.url}/3ds/{session.id}")
    owner = method["billing_details"]
    complete(account, session, {"email": owner["email"] or "", "name": owner["name"] or ""}, None, method)
    return Outcome("paid", success_url(session))


def answer_saving(account: Account, session: Record, *, passed: bool) -> Outcome:
    """The payer answered their bank about a card that is only to be kept."""
    with account.changing():
        method = account.store.find(session.private.get("saving") or "", "payment_method")
        account.note(session, saving=None)
        if method is None or session["status"] != "open":
            return Outcome("closed", success_url(session) if session["status"] == "complete" else None)
        if not passed:
            return Outcome("declined", problems={"": in_full("Your bank could not confirm that it was you.")})
        account.note(method, authenticated=True)
        owner = method["billing_details"]
        complete(account, session, {"email": owner["email"] or "", "name": owner["name"] or ""}, None, method)
        return Outcome("paid", success_url(session))


def in_full(sentence: str) -> str:
    return f"{sentence} You have not been charged. Try again, or use another card."


def intent_of(account: Account, session: Record) -> Record:
    """Made at the first attempt, kept for the next."""
    intent = find_intent(account, session)
    if intent is None:
        wishes, recurs = session.private["intent"], session["mode"] == "subscription"
        intent = payment_intents.make(
            account,
            amount=session["amount_total"],
            currency=session["currency"],
            customer=session["customer"],
            description=wishes.get("description"),
            metadata=wishes.get("metadata") or {},
            receipt_email=wishes.get("receipt_email"),
            payment_method_types=session["payment_method_types"],
            setup_future_usage="off_session" if recurs else wishes.get("setup_future_usage"),
            statement_descriptor_suffix=wishes.get("statement_descriptor_suffix"),
        )
        if recurs:  # Stripe shows the intent of a subscription's first invoice on the invoice only
            account.note(session, paying=intent.id)
        else:
            account.change(session, payment_intent=intent.id)
    return intent


def find_intent(account: Account, session: Record) -> Record | None:
    return account.store.find(session["payment_intent"] or session.private.get("paying") or "", "payment_intent")


def complete(
    account: Account, session: Record, form: dict[str, str], intent: Record | None = None, method: Record | None = None
) -> None:
    if session["mode"] == "subscription":
        owner = {"email": form.get("email") or None, "name": form.get("name") or None}
        checkout_subscriptions.begin(account, session, intent, method, owner)
    elif session["customer"] is None and session["customer_creation"] == "always":
        customer = customers.make(account, email=form["email"], name=form["name"])
        account.emit("customer.created", customer)
        account.change(session, customer=customer.id)
        intent = account.store.find(session["payment_intent"] or "", "payment_intent")
        if intent:
            account.change(intent, customer=customer.id)
    account.note(session, draft={})
    account.change(
        session,
        status="complete",
        payment_status=payment_status(account, session),
        url=None,
        customer_details=details(form.get("email"), form.get("name")),
    )
    account.emit("checkout.session.completed", session)


def payment_status(account: Account, session: Record) -> str:
    intent = find_intent(account, session)
    if not session["amount_total"]:
        return "no_payment_required"
    return "unpaid" if intent and intent["status"] == "processing" else "paid"


def check(account: Account, form: dict[str, str]) -> dict[str, str]:
    """Sentences for what was typed wrongly, by field, in the order of the form."""
    problems: dict[str, str] = {}
    number = cards.digits_of(form.get("card", ""))
    expiry = cards.read_expiry(form.get("expiry", ""))
    if not re.fullmatch(r"\s*[^@\s]+@[^@\s]+\s*", form.get("email", "")):
        problems["email"] = "Enter your email address, such as name@example.org."
    if not number:
        problems["card"] = "Enter your card number."
    elif not cards.passes_luhn(number):
        problems["card"] = "Your card number is not right. Check each digit."
    if expiry is None:
        problems["expiry"] = "Enter the date your card expires, as MM/YY."
    elif cards.is_past(expiry, account.today()):
        problems["expiry"] = "Your card has expired. Check the date, or use another card."
    if not cards.cvc_is_complete(form.get("cvc", ""), number):
        problems["cvc"] = "Enter the whole security code: three digits, or four on American Express."
    if not form.get("name", "").strip():
        problems["name"] = "Enter the name on your card."
    return problems


def find_session_of(account: Account, intent: Record) -> Record | None:
    sessions = account.store.all("checkout.session")
    return next((s for s in sessions if intent.id in (s["payment_intent"], s.private.get("paying"))), None)


def answer_bank(account: Account, intent: Record, *, passed: bool) -> Outcome:
    """The payer pressed a button on the 3D Secure page."""
    with account.changing():
        session = find_session_of(account, intent)
        if session:
            find_session(account, session.id)
        if intent["status"] == "requires_action":
            method = account.get("payment_method", intent["payment_method"])
            payment_intents.authenticate(account, intent, passed=passed)
            if session:
                return conclude(account, session, intent, method)
        if session:
            return Outcome("closed", success_url(session) if session["status"] == "complete" else None)
        return Outcome("closed", return_to(intent))


def return_to(intent: Record) -> str | None:
    """Where a payment intent without a session goes back to, told as Stripe tells it."""
    url = intent.private["return_url"]
    if url is None:
        return None
    joint = "&" if urlsplit(url).query else "?"
    secret = intent["client_secret"]
    return f"{url}{joint}payment_intent={intent.id}&payment_intent_client_secret={secret}&redirect_status={status_of(intent)}"


def status_of(intent: Record) -> str:
    return "succeeded" if intent["status"] == "succeeded" else "failed"
