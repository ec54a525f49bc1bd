"""What a story of policies needs and no browser does: a text that is published, members who support, in a running party.

Run as `python -m tests.journeys.policy_walk <what> …` with the environment of that party.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from app.ground import clock
from app.ground.db import transaction
from tests import cast
from tests.journeys.conftest import Party
from tests.party.policy.conftest import CAPS

SLUG, SUPPORTERS = "journey-caps", 9


def tell(party: Party, what: str, *more: str) -> None:
    command = [sys.executable, "-m", "tests.journeys.policy_walk", what, *more]
    done = subprocess.run(command, env=party.env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]


def publish() -> None:
    """The draft as it is, or the first version of a text."""
    from app.party.policy import queries
    from app.party.policy.services import drafting, publishing
    from app.party.policy.services.publishing import Decision

    with transaction():
        policy = queries.find(SLUG) or drafting.start(SLUG, CAPS, by="system")
    with transaction():
        draft = queries.draft_of(policy.id)
        assert draft is not None
        decision = Decision("the policy conference", clock.today(), 8, 2, 1, 40)
        publishing.publish(
            policy, decision, authority="Authorised by the party secretary.", seen=draft.mark, on=clock.today(),
            by="system",
        )  # fmt: skip


def members() -> None:
    for number in range(SUPPORTERS):
        cast.make(replace(cast.CAST[0], key=f"s{number}", name=f"Sefa Tuala-{number}", email=f"s{number}@people.example"))


def support(amendment: str) -> None:
    from uuid import UUID

    from app.party.people import queries as people
    from app.party.policy.services import amending

    for number in range(SUPPORTERS):
        with transaction():
            person = people.find_by_email(f"s{number}@people.example")
            assert person is not None
            amending.support(UUID(amendment), person_id=person.id, on=clock.today())


if __name__ == "__main__":
    from wsgi import app

    with app.app_context():
        {"publish": publish, "members": members, "support": support}[sys.argv[1]](*sys.argv[2:])
