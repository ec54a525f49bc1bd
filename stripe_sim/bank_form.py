"""The bank account a payer types on the hosted page, and the agreement they tick."""

from __future__ import annotations

import re

from stripe_sim import banks
from stripe_sim.account import Account
from stripe_sim.endpoints import mandates, payment_methods
from stripe_sim.store import Record

BY_BANK = "nz_bank_account"


def chosen(session: Record, form: dict[str, str]) -> bool:
    """Whether the payer pays from a bank account: by choice, or because nothing else is offered."""
    offered = session["payment_method_types"]
    return BY_BANK in offered and (form.get("by") == BY_BANK or offered == [BY_BANK])


def check(form: dict[str, str]) -> dict[str, str]:
    """Sentences for what was typed wrongly, by field, in the order of the form."""
    problems: dict[str, str] = {}
    if not re.fullmatch(r"\s*[^@\s]+@[^@\s]+\s*", form.get("email", "")):
        problems["email"] = "Enter your email address, such as name@example.org."
    if not form.get("account", "").strip():
        problems["account"] = "Enter your bank account number."
    elif banks.read_number(form["account"]) is None:
        problems["account"] = "Your account number is not right. It has 15 or 16 digits, such as 12-3456-7890123-00."
    if not form.get("name", "").strip():
        problems["name"] = "Enter the name of the account holder."
    if not form.get("agreed"):
        problems["agreed"] = "Tick the box if you agree to the direct debit."
    return problems


def method_of(account: Account, form: dict[str, str]) -> Record | None:
    """The payment method with its mandate; None if the number is none of our test accounts, of which nothing is kept then."""
    number = banks.read_number(form["account"])
    if number is None or number.ending not in banks.BY_ENDING:
        return None
    owner = {"email": form["email"].strip(), "name": form["name"].strip()}
    method = payment_methods.make_bank(account, number, owner["name"], details=owner)
    mandates.accept(account, method)
    return method
