"""python -m stripe_sim --port 4242 [--webhook-url URL --webhook-secret whsec_x] [--state FILE]"""

from __future__ import annotations

import argparse
import signal
import threading

from stripe_sim.errors import StripeError
from stripe_sim.simulator import Simulator


def main() -> None:
    parser = argparse.ArgumentParser(prog="stripe_sim", description="A stand-in for Stripe. No money moves.")
    parser.add_argument("--port", type=int, default=4242, help="on 127.0.0.1; 0 picks a free one")
    parser.add_argument("--webhook-url", help="where events are sent; an address of this machine")
    parser.add_argument(
        "--webhook-secret", action="append", metavar="whsec_…", help="signs the events; twice while one replaces another"
    )
    parser.add_argument("--state", metavar="FILE", help="keeps the account in this SQLite file between runs")
    parser.add_argument("--posting-delay", type=float, default=0.5, metavar="SECONDS", help="until money is posted")
    parser.add_argument("--no-payouts", action="store_true", help="what is available stays, instead of being paid out daily")
    parser.add_argument("--seed", type=int, default=1, help="of ids and of faults by chance")
    parser.add_argument("--clock", metavar="FILE", help="its time is the wall's and so many seconds as stand in this file")
    given = parser.parse_args()
    stopped = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stopped.set())
    try:
        simulator = Simulator(
            given.webhook_url,
            given.webhook_secret or "whsec_simulator",
            port=given.port,
            state=given.state,
            seed=given.seed,
            posting_delay=given.posting_delay,
            payouts=not given.no_payouts,
            clock=given.clock,
        ).start()
    except (OSError, StripeError) as error:
        parser.exit(1, f"stripe_sim cannot start: {error}\n")
    print(f"stripe_sim {simulator.url}", flush=True)
    stopped.wait()
    simulator.stop()


if __name__ == "__main__":
    main()
