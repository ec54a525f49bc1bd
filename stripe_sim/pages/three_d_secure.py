"""The page where a payer's bank asks whether it is really them."""

from __future__ import annotations

from html import escape

from stripe_sim import hosted, hosted_billing
from stripe_sim.account import Account
from stripe_sim.money import said
from stripe_sim.pages import save_question
from stripe_sim.pages.layout import HtmlPage, link, page, redirect
from stripe_sim.store import Record

SAVING = "Your bank asks: is it you who is saving this card for later?"


def back_from(account: Account, intent: Record) -> str | None:
    session = hosted.find_session_of(account, intent)
    url: str | None = session["success_url"] if session else intent.private["return_url"]
    return url


def show(account: Account, intent_id: str) -> HtmlPage:
    if intent_id.startswith("seti_"):
        return save_question.show(account, intent_id)
    with account.changing():
        session = account.store.find(intent_id, "checkout.session")
        if session and session.private.get("saving"):
            return question(SAVING, session["success_url"])
        portal = account.store.find(intent_id, "billing_portal.session")
        if portal and portal.private.get("saving"):
            return question(SAVING, hosted_billing.after(account, portal))
        intent = account.store.find(intent_id, "payment_intent")
        if intent is None:
            return page("There is no such payment", "<p>Check the address, or go back to where you came from.</p>", status=404)
        if intent["status"] != "requires_action":
            session = hosted.find_session_of(account, intent)
            onward = f"{account.url}/c/pay/{session.id}" if session else intent.private["return_url"]
            return page("Your bank has had its answer", "<p>There is nothing left to confirm.</p>" + link(onward, "Continue"))
        amount = escape(said(intent["amount"], intent["currency"]))
        return question(f"Your bank asks: is it you who is paying {amount}?", back_from(account, intent))


def question(words: str, leads_to: str | None) -> HtmlPage:
    content = f"""<p>{words}</p>
<form method="post">
<button name="answer" value="complete">Complete authentication</button>
<button name="answer" value="fail" class="other">Fail authentication</button>
</form>
"""
    return page("Confirm it is you", content, leads_to=leads_to)


def submit(account: Account, intent_id: str, form: dict[str, str]) -> HtmlPage:
    if intent_id.startswith("seti_"):
        return save_question.submit(account, intent_id, form)
    with account.changing():
        saving = account.store.find(intent_id, "checkout.session")
        if saving and form.get("answer") in ("complete", "fail"):
            outcome = hosted.answer_saving(account, saving, passed=form["answer"] == "complete")
            return redirect(outcome.go_to or f"{account.url}/c/pay/{saving.id}")
        portal = account.store.find(intent_id, "billing_portal.session")
        if portal and form.get("answer") in ("complete", "fail"):
            outcome = hosted_billing.answer_saving(account, portal, passed=form["answer"] == "complete")
            return redirect(outcome.go_to or f"{account.url}/p/session/{portal.id}/card")
        intent = account.store.find(intent_id, "payment_intent")
        if intent is None or form.get("answer") not in ("complete", "fail"):
            return show(account, intent_id)
        outcome = hosted.answer_bank(account, intent, passed=form["answer"] == "complete")
        session = hosted.find_session_of(account, intent)
        if outcome.go_to:
            return redirect(outcome.go_to)
        return redirect(f"{account.url}/c/pay/{session.id}") if session else show(account, intent_id)
