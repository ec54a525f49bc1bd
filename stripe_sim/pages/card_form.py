"""The form of a card without an order beside it: in the portal, and on the page of an invoice."""

from __future__ import annotations

from stripe_sim.hosted_billing import CARD
from stripe_sim.pages.checkout import LABELS, field, summary


def card_form(problems: dict[str, str], button: str, title: str = "The payment did not go through") -> tuple[str, str]:
    """What went wrong with the last attempt, and the form to try again with."""
    fields = "".join(field(name, "", problems, False, LABELS[name]) for name in CARD)
    described = ' aria-describedby="problems"' if problems else ""
    form = f'<form method="post" novalidate{described}>\n{fields}\n<button>{button}</button>\n</form>'
    return summary(problems, title), form
