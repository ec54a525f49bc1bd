"""A stand-in for Stripe, for the demo and the tests. See README.md; never imported by the application."""

from stripe_sim.simulator import Simulator

__all__ = ["Simulator"]
