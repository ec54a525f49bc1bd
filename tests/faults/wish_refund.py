"""A process of its own that wishes money back, as an officer would: `python -m tests.faults.wish_refund PAYMENT CENTS KEY`.

Prints `wished` once the wish is kept, `nothing left` where the rules refuse it.
"""

from __future__ import annotations

import sys
from uuid import UUID

from app import create_app
from app.ground.db import session, transaction
from app.law.money import Money
from app.party.payments import services
from app.party.payments.models import Payment
from app.party.payments.rules import NothingToGiveBack


def main(payment_id: str, cents: str, key: str) -> None:
    with create_app().app_context():
        try:
            with transaction():
                payment = session.get_one(Payment, UUID(payment_id))
                amount = Money(int(cents), payment.currency)
                services.ask_refund(payment, amount=amount, why="asked", by="system", refund_id=UUID(key))
        except NothingToGiveBack:
            print("nothing left")
            return
    print("wished")


if __name__ == "__main__":
    main(*sys.argv[1:])
