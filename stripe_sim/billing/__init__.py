"""What repeats: subscriptions, their invoices, and the collecting of them, driven by `stripe_sim.due`."""
