"""What happens when somebody presses a button in the billing portal or on the page of an invoice."""

from __future__ import annotations

from stripe_sim import cards, hosted
from stripe_sim.account import Account
from stripe_sim.billing import changing, clocks, collecting, invoicing, states, subscribing
from stripe_sim.endpoints import payment_intents, payment_methods
from stripe_sim.hosted import Outcome
from stripe_sim.store import Record

CARD = ("card", "expiry", "cvc", "name")
KEPT_NOT = "Your card was not saved. Try again, or use another card."


def read_card(account: Account, form: dict[str, str]) -> Record | dict[str, str]:
    """The card that was typed, or sentences for what is wrong with it."""
    problems = {name: words for name, words in hosted.check(account, form).items() if name != "email"}
    if problems:
        return problems
    card = cards.BY_NUMBER.get(cards.digits_of(form["card"]))
    if card is None:
        return {"": cards.NOT_A_TEST_CARD.plainly}
    expiry = cards.read_expiry(form["expiry"])
    return payment_methods.make(account, card, expiry=expiry, details={"name": form["name"].strip()})


def invalid(problems: dict[str, str]) -> Outcome:
    return Outcome("declined" if "" in problems else "invalid", problems=problems)


# -- the portal ------------------------------------------------------------------------------------------------


def after(account: Account, session: Record) -> str:
    """Where the portal leads once a task is done."""
    done = session["flow"]["after_completion"] if session["flow"] else None
    if done and done["type"] == "redirect":
        return str(done["redirect"]["return_url"])
    home = f"{account.url}/p/session/{session.id}"
    return f"{home}/done" if done and done["type"] == "hosted_confirmation" else home


def allows(account: Account, session: Record, feature: str) -> bool:
    features = account.get("billing_portal.configuration", session["configuration"])["features"]
    return bool(features[feature]["enabled"])


def update_card(account: Account, session: Record, form: dict[str, str]) -> Outcome:
    """Saves a new card, unless its bank will not have it, and has everything paid by it from now on."""
    with account.changing(), clocks.at_time_of(account, session["customer"]):
        if not allows(account, session, "payment_method_update"):
            return Outcome("closed")
        method = read_card(account, form)
        if isinstance(method, dict):
            return invalid(method)
        decline = payment_methods.unsavable(method)
        if decline:
            return invalid({"": f"{decline.plainly} {KEPT_NOT}"})
        if payment_intents.must_authenticate(method):
            account.note(session, saving=method.id)
            return Outcome("authenticate", f"{account.url}/3ds/{session.id}")
        make_default(account, session["customer"], method)
        return Outcome("saved", after(account, session))


def answer_saving(account: Account, session: Record, *, passed: bool) -> Outcome:
    """The customer answered their bank about the card to be saved."""
    with account.changing(), clocks.at_time_of(account, session["customer"]):
        method = account.store.find(session.private.get("saving") or "", "payment_method")
        account.note(session, saving=None)
        if method is None:
            return Outcome("closed", after(account, session))
        if not passed:
            return invalid({"": f"Your bank could not confirm that it was you. {KEPT_NOT}"})
        account.note(method, authenticated=True)
        make_default(account, session["customer"], method)
        return Outcome("saved", after(account, session))


def make_default(account: Account, customer_id: str, method: Record) -> None:
    """The card becomes the customer's default, and that of every subscription that still runs."""
    customer = account.get("customer", customer_id)
    if method["customer"] is None:
        payment_methods.attach(account, method, customer)
    settings = {**(customer["invoice_settings"] or {}), "default_payment_method": method.id}
    account.update(customer, "customer.updated", invoice_settings=settings)
    for subscription in account.store.all("subscription"):
        if subscription["customer"] == customer_id and subscription["status"] not in states.ENDED:
            states.tell(account, subscription, default_payment_method=method.id)


def of_customer(account: Account, session: Record, id: str | None) -> Record | None:
    """The customer's running subscription of that id, or their newest if none is named."""
    own = (s for s in account.store.all("subscription") if s["customer"] == session["customer"])
    return next((s for s in own if s["status"] not in states.ENDED and id in (None, s.id)), None)


def cancel(account: Account, session: Record, id: str | None) -> Outcome:
    """Ends it, by the portal's setting: now, or with its period, which shows as `cancel_at` and nothing else."""
    with account.changing(), clocks.at_time_of(account, session["customer"]):
        subscription = of_customer(account, session, id)
        if subscription is None or not allows(account, session, "subscription_cancel"):
            return Outcome("closed")
        feature = account.get("billing_portal.configuration", session["configuration"])["features"]["subscription_cancel"]
        if feature["mode"] == "immediately":
            states.cancel(account, subscription, reason="cancellation_requested")
        else:
            end = subscribing.period_of(subscription)[1]
            states.tell(account, subscription, **changing.ending(account, subscription, {"cancel_at": end}))
            changing.set_ending(account, subscription)
        return Outcome("canceled", after(account, session))


def resume(account: Account, session: Record, id: str | None) -> Outcome:
    """Takes back an end that has not come yet."""
    with account.changing(), clocks.at_time_of(account, session["customer"]):
        subscription = of_customer(account, session, id)
        if subscription is None or subscription["cancel_at"] is None:
            return Outcome("closed")
        states.tell(account, subscription, **changing.ending(account, subscription, {"cancel_at": ""}))
        changing.set_ending(account, subscription)
        return Outcome("resumed", after(account, session))


# -- an invoice ------------------------------------------------------------------------------------------------


def pay_invoice(account: Account, invoice: Record, form: dict[str, str] | None) -> Outcome:
    """Pays it by the card typed, which its subscription keeps, or by the saved card or account if `form` is None."""
    with account.changing(), clocks.at_time_of(account, invoice["customer"]):
        intent = invoicing.intent_of(account, invoice)
        if invoice["status"] not in ("open", "uncollectible") or intent is None:
            return Outcome("closed")
        if intent["status"] == "processing":
            return result(account, invoice, intent)
        method = collecting.method_for(account, invoice) if form is None else read_card(account, form)
        if isinstance(method, dict):
            return invalid(method)
        if method is None:
            return Outcome("invalid", problems={"": "No card is saved. Enter one."})
        if form is not None:
            account.change(intent, setup_future_usage="off_session")
            account.note(intent, keeps=True)
        collecting.collect(account, invoice, method)
        return result(account, invoice, intent)


def answer_bank(account: Account, invoice: Record, *, passed: bool) -> Outcome:
    """The customer answered their bank about this invoice."""
    with account.changing(), clocks.at_time_of(account, invoice["customer"]):
        intent = invoicing.intent_of(account, invoice)
        if intent is None or intent["status"] != "requires_action":
            return Outcome("closed")
        payment_intents.authenticate(account, intent, passed=passed)
        return result(account, invoice, intent)


def result(account: Account, invoice: Record, intent: Record) -> Outcome:
    if invoice["status"] == "paid":
        return Outcome("paid", invoice["hosted_invoice_url"])
    if intent["status"] == "processing":
        return Outcome("processing", invoice["hosted_invoice_url"])
    if intent["status"] == "requires_action":
        return Outcome("authenticate", f"{account.url}/3ds/{intent.id}")
    return Outcome("declined", problems=refusal(account, intent))


def refusal(account: Account, intent: Record) -> dict[str, str]:
    """Why the last attempt failed, in a sentence for the payer; nothing if there was none."""
    error = intent["last_payment_error"]
    if not error:
        return {}
    if error["code"] == "payment_intent_authentication_failure":
        return {"": hosted.in_full("Your bank could not confirm that it was you.")}
    method = account.store.find(error["payment_method"]["id"], "payment_method")
    if method and payment_methods.is_bank(method):
        return {"": hosted.in_full("The debit from your bank account did not go through.")}
    decline = payment_intents.refusal_of(account, method) if method else None
    return {"": hosted.in_full((decline or cards.REFUSED).plainly)}
