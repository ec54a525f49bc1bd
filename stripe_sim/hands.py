"""Hands for a test: what a customer does on the pages of invoices and of the billing portal, without a browser."""

from __future__ import annotations

from stripe_sim import hosted, hosted_billing
from stripe_sim.account import Account
from stripe_sim.store import Record


def card_form(card: str, expiry: str, cvc: str, name: str) -> dict[str, str]:
    """What is typed for a card. American Express has four digits on its front."""
    if card.replace(" ", "").startswith(("34", "37")) and cvc == "123":
        cvc = "1234"
    return {"card": card, "expiry": expiry, "cvc": cvc, "name": name}


class Hands:
    """A part of the Simulator."""

    account: Account

    def pay_invoice(
        self,
        invoice_id: str,
        card: str | None = "4242424242424242",
        *,
        authenticate: bool | None = None,
        expiry: str = "12/40",
        cvc: str = "123",
        name: str = "Test Payer",
    ) -> hosted.Outcome:
        """Pays on the invoice's page: by a new card, or by the saved one if `card` is None."""
        form = None if card is None else card_form(card, expiry, cvc, name)
        with self.account.changing():
            invoice = self.account.store.find(invoice_id, "invoice")
            if invoice is None:
                raise ValueError(f"there is no invoice {invoice_id!r}")
            outcome = hosted_billing.pay_invoice(self.account, invoice, form)
            if outcome.state == "authenticate" and authenticate is not None:
                outcome = hosted_billing.answer_bank(self.account, invoice, passed=authenticate)
            return outcome

    def portal_update_card(
        self,
        session: str,
        card: str = "4242424242424242",
        *,
        authenticate: bool | None = None,
        expiry: str = "12/40",
        cvc: str = "123",
        name: str = "Test Payer",
    ) -> hosted.Outcome:
        """Saves a card in the billing portal. `session` is the portal session's id or its URL, here and below."""
        with self.account.changing():
            opened = self.find_portal(session)
            outcome = hosted_billing.update_card(self.account, opened, card_form(card, expiry, cvc, name))
            if outcome.state == "authenticate" and authenticate is not None:
                outcome = hosted_billing.answer_saving(self.account, opened, passed=authenticate)
            return outcome

    def portal_cancel(self, session: str, subscription: str | None = None) -> hosted.Outcome:
        """Cancels in the billing portal: the subscription named, else the customer's newest."""
        with self.account.changing():
            return hosted_billing.cancel(self.account, self.find_portal(session), subscription)

    def portal_resume(self, session: str, subscription: str | None = None) -> hosted.Outcome:
        """Takes a cancellation back in the billing portal."""
        with self.account.changing():
            return hosted_billing.resume(self.account, self.find_portal(session), subscription)

    def find_portal(self, session: str) -> Record:
        id = session.partition("/p/session/")[2].partition("/")[0] or session
        found = self.account.store.find(id, "billing_portal.session")
        if found is None or self.account.get("customer", found["customer"]).body.get("deleted"):
            raise ValueError(f"there is no portal session {session!r}, or its customer is deleted")
        return found
