"""`python -m bench [--people N] [--only NAME]`: measure, print the table, write instance/bench.json."""

from __future__ import annotations

import argparse
import sys
import time
from importlib import import_module
from pathlib import Path

from . import figures, place

JOBS = (
    "jinja_page",
    "public_page",
    "join",
    "webhook",
    "member_pages",
    "search",
    "people",
    "exporting",
    "registration",
    "workers",
    "statements",
    "annual_return",
    "importing",
)


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("--people", type=int, default=place.SMALL, help="how many people are in the database (default 10,000)")
    asked.add_argument("--only", action="append", choices=JOBS, help="run this job; may be said more than once")
    asked.add_argument("--keep", metavar="DIR", help="use, and leave, the database in this folder")
    asked.add_argument("--seconds", type=float, default=3, help="length of one slice of load (default 3)")
    asked.add_argument("--rounds", type=int, default=5, help="pairs of slices for one ratio (default 5)")
    asked.add_argument("--out", type=Path, default=Path("instance/bench.json"))
    given = asked.parse_args()
    found: list[figures.Figure] = []
    with place.make(given.keep, people=given.people, seconds=given.seconds, rounds=given.rounds) as ground:
        for name in given.only or JOBS:
            print(f"{name} …", flush=True)
            began = time.monotonic()
            fresh = import_module(f"bench.{name}").run(ground)
            print(figures.table(fresh), f"\n  ({time.monotonic() - began:.0f} s)", flush=True)
            found += fresh
            figures.keep(fresh, given.out)
    print("\n" + figures.table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
