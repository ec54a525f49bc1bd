"""The page where a payer types a card or a bank account."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from stripe_sim import bank_form, hosted, saving
from stripe_sim.account import Account
from stripe_sim.billing.lines import how_often
from stripe_sim.endpoints.checkout_sessions import items_of
from stripe_sim.money import said
from stripe_sim.pages.layout import HtmlPage, link, page, redirect
from stripe_sim.store import Record

CURRENT = ' aria-current="true"'
VERBS = {"donate": "Donate", "book": "Book", "subscribe": "Subscribe"}
LABELS = {
    "email": "Email",
    "card": "Card number",
    "expiry": "Expiry date",
    "cvc": "Security code (CVC)",
    "name": "Name on card",
}
BANK_LABELS = {
    "email": "Email",
    "account": "Bank account number",
    "name": "Name of the account holder",
}
HINTS = {
    "card": "Only test cards work here, such as 4242 4242 4242 4242",
    "expiry": "MM/YY, any month to come",
    "cvc": "Any three digits",
    "account": "Only test accounts work here, such as 12-3456-7890123-00 (paid) or …-02 (fails two business days later)",
}
HOW = {
    "email": 'type="email" autocomplete="email" spellcheck="false"',
    "card": 'inputmode="numeric" autocomplete="cc-number"',
    "expiry": 'inputmode="numeric" autocomplete="cc-exp"',
    "cvc": 'inputmode="numeric" autocomplete="cc-csc"',
    "name": 'autocomplete="cc-name"',
    "account": 'inputmode="numeric" autocomplete="off"',
}


def show(account: Account, session_id: str, by: str = "") -> HtmlPage:
    """`by` is the way to pay that the payer has chosen, if there is a choice."""
    with account.changing():
        session = hosted.find_session(account, session_id)
        if session is None or session["status"] != "open":
            return closed(session)
        return form_page(account, session, bank_answer(account, session), by=by)


def submit(account: Account, session_id: str, form: dict[str, str]) -> HtmlPage:
    with account.changing():
        session = hosted.find_session(account, session_id)
        if session is None:
            return closed(None)
        outcome = hosted.submit(account, session, form)
        if outcome.go_to:
            return redirect(outcome.go_to)
        if outcome.state == "closed":
            return closed(session)
        status = 402 if outcome.state == "declined" else 422
        return form_page(account, session, outcome.problems, by=form.get("by", ""), status=status)


def bank_answer(account: Account, session: Record) -> dict[str, str]:
    """Back from the 3D Secure page without success: say why."""
    intent = hosted.find_intent(account, session)
    error = intent["last_payment_error"] if intent else None
    if error and error.get("code") == "payment_intent_authentication_failure":
        return {"": hosted.in_full("Your card was declined: your bank could not confirm that it was you.")}
    setup = account.store.find(session["setup_intent"] or "", "setup_intent")
    if setup and (setup["last_setup_error"] or {}).get("code") == "setup_intent_authentication_failure":
        return {"": saving.in_full("Your bank could not confirm that it was you.")}
    return {}


def closed(session: Record | None) -> HtmlPage:
    if session is None:
        return page("There is no such payment page", "<p>Check the address, or go back to where you came from.</p>", status=404)
    if session["status"] == "complete" and session["mode"] == "setup":
        words = "<p>There is nothing left to do here.</p>"
        return page("This is already saved", words + link(hosted.success_url(session), "Continue"))
    if session["status"] == "complete" and session["payment_status"] == "unpaid":
        words = "<p>The debit is on its way to your bank. There is nothing left to do here.</p>"
        return page("This is already sent", words + link(hosted.success_url(session), "Continue"))
    if session["status"] == "complete":
        paid = said(session["amount_total"], session["currency"])
        words = f"<p>You have paid {escape(paid)}. There is nothing left to do here, and you were charged once.</p>"
        return page("This is already paid", words + link(hosted.success_url(session), "Continue"))
    words = "<p>This payment page has expired. You have not been charged. Go back and start again.</p>"
    return page("This payment page has expired", words + link(session["cancel_url"], "Back"), status=410)


def form_page(account: Account, session: Record, problems: dict[str, str], *, by: str = "", status: int = 200) -> HtmlPage:
    by_bank = bank_form.chosen(session, {"by": by})
    typed = dict(session.private["draft"])
    known = (session["customer_details"] or {}).get("email")
    typed["email"] = session["customer_email"] or typed.get("email") or known or ""
    title, total = title_of(session)
    labels = BANK_LABELS if by_bank else LABELS
    fixed = {"email"} if session["customer_email"] else set()
    fields = {name: field(name, typed.get(name, ""), problems, name in fixed, label) for name, label in labels.items()}
    content = f"""{summary(problems)}
{order(account, session, total)}
{choice(session, by_bank)}
<form method="post" novalidate{' aria-describedby="problems"' if problems else ""}>
{fields["email"]}
{bank_part(fields, problems) if by_bank else card_part(fields)}
<button>{escape(title)}</button>
</form>
{link(session["cancel_url"], "Back")}
"""
    return page(title, content, status=status, leads_to=session["success_url"])


def title_of(session: Record) -> tuple[str, str]:
    """What the button says, and the amount in it."""
    if session["mode"] == "setup":
        return "Save for later", ""
    total = said(session["amount_total"], session["currency"])
    usual = "Subscribe" if session["mode"] == "subscription" else "Pay"
    return f"{VERBS.get(session['submit_type'] or '', usual)} {total}", total


def card_part(fields: dict[str, str]) -> str:
    return f"""<h2>Card</h2>
{fields["card"]}
<div class="pair">{fields["expiry"]}{fields["cvc"]}</div>
{fields["name"]}"""


def bank_part(fields: dict[str, str], problems: dict[str, str]) -> str:
    problem = problems.get("agreed")
    line = f'<p class="problem" id="agreed-problem">{escape(problem)}</p>' if problem else ""
    marks = ' aria-describedby="agreed-problem" aria-invalid="true"' if problem else ""
    return f"""<h2>NZ bank account</h2>
<input type="hidden" name="by" value="{bank_form.BY_BANK}">
{fields["account"]}
{fields["name"]}
{line}<p class="tick"><input type="checkbox" id="agreed" name="agreed" value="yes" required{marks}>
<label for="agreed">I can authorise debits from this account, and I agree to this direct debit.</label></p>"""


def choice(session: Record, by_bank: bool) -> str:
    """Links to the ways to pay, if there are two."""
    offered = session["payment_method_types"]
    if len(offered) < 2:
        return ""
    ways = [("card", "Card", not by_bank), (bank_form.BY_BANK, "NZ bank account", by_bank)]
    links = "".join(f'<li><a href="?by={name}"{CURRENT if current else ""}>{words}</a></li>' for name, words, current in ways)
    return f'<nav class="choice" aria-label="How to pay"><ul>{links}</ul></nav>'


def summary(problems: dict[str, str], title: str = "The payment did not go through") -> str:
    if not problems:
        return ""
    lines = [
        f'<li><a href="#{name}">{escape(words)}</a></li>' if name else f"<li>{escape(words)}</li>"
        for name, words in problems.items()
    ]
    heading = f"<h2>{title}</h2>"
    return f'<div class="summary" id="problems" role="alert">{heading}<ul>{"".join(lines)}</ul></div>'


def order(account: Account, session: Record, total: str) -> str:
    if session["mode"] == "setup":
        return "<p>Nothing is charged now. What you enter is kept for your next payment.</p>"
    rows = [
        f"<tr><td>{escape(item['description'])}{' × ' + str(item['quantity']) if item['quantity'] > 1 else ''}"
        f"{rhythm(session, item)}</td>"
        f"<td>{escape(said(item['amount_total'], item['currency']))}</td></tr>"
        for item in items_of(account, session)
    ]
    return (
        "<table><thead><tr><th scope=col>What for</th><th scope=col>Amount</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody><tfoot><tr><th scope=row>Total</th><th>{escape(total)}</th></tr></tfoot></table>"
    )


def rhythm(session: Record, item: Record) -> str:
    """How often a line is charged, and from when, if not from today."""
    if not item["price"]["recurring"]:
        return ""
    first = session.private["subscription"].get("trial_end")
    start = f", from {datetime.fromtimestamp(first, UTC):%d/%m/%Y}" if first else ""
    return f"<br>{escape(how_often(item['price']))}{start}"


def field(name: str, value: str, problems: dict[str, str], fixed: bool, label: str) -> str:
    problem, hint = problems.get(name), HINTS.get(name)
    described = [f"{name}-hint"] * bool(hint) + [f"{name}-problem"] * bool(problem)
    marks = "".join(
        [
            f' aria-describedby="{" ".join(described)}"' if described else "",
            ' aria-invalid="true"' if problem else "",
            " readonly" if fixed else "",
        ]
    )
    hint_line = f'<p class="hint" id="{name}-hint">{hint}</p>' if hint else ""
    problem_line = f'<p class="problem" id="{name}-problem">{escape(problem)}</p>' if problem else ""
    return (
        f'<div><label for="{name}">{label}</label>{hint_line}{problem_line}'
        f'<input id="{name}" name="{name}" {HOW[name]} value="{escape(value)}" required{marks}></div>'
    )
