"""What the simulated API can do: one module for each of Stripe's resources, each adding its own to ENDPOINTS.

Everything Stripe has and this table has not is answered 501.
"""

from __future__ import annotations

from stripe_sim.endpoints import (  # noqa: F401  imported for the endpoints they add
    balance,
    billing_portal,
    catalogue,
    charges,
    checkout_sessions,
    customers,
    disputes,
    events,
    fraud_warnings,
    invoice_payments,
    invoiceitems,
    invoices,
    mandates,
    payment_intents,
    payment_methods,
    payouts,
    refunds,
    setup_intents,
    subscription_items,
    subscriptions,
    test_clocks,
    webhook_endpoints,
)
from stripe_sim.endpoints.table import ENDPOINTS as ENDPOINTS
