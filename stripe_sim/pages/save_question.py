"""The page where a payer's bank asks whether it is really them who keeps the card for later."""

from __future__ import annotations

from stripe_sim import saving
from stripe_sim.account import Account
from stripe_sim.pages.layout import HtmlPage, link, page, redirect


def show(account: Account, intent_id: str) -> HtmlPage:
    with account.changing():
        intent = account.store.find(intent_id, "setup_intent")
        if intent is None:
            return page("There is no such card", "<p>Check the address, or go back to where you came from.</p>", status=404)
        session = saving.find_session_of(account, intent)
        if intent["status"] != "requires_action":
            onward = f"{account.url}/c/pay/{session.id}" if session else None
            return page("Your bank has had its answer", "<p>There is nothing left to confirm.</p>" + link(onward, "Continue"))
        content = """<p>Your bank asks: is it you who is saving this card?</p>
<form method="post">
<button name="answer" value="complete">Complete authentication</button>
<button name="answer" value="fail" class="other">Fail authentication</button>
</form>
"""
        return page("Confirm it is you", content, leads_to=session["success_url"] if session else intent.private["return_url"])


def submit(account: Account, intent_id: str, form: dict[str, str]) -> HtmlPage:
    with account.changing():
        intent = account.store.find(intent_id, "setup_intent")
        if intent is None or form.get("answer") not in ("complete", "fail"):
            return show(account, intent_id)
        outcome = saving.answer_bank(account, intent, passed=form["answer"] == "complete")
        session = saving.find_session_of(account, intent)
        if outcome.go_to:
            return redirect(outcome.go_to)
        return redirect(f"{account.url}/c/pay/{session.id}") if session else show(account, intent_id)
