"""Back after lapsing: the letter leads to the form, filled in, and the form leads on to the payment."""

from __future__ import annotations

import re

from app.ground import clock
from app.ground.db import transaction
from app.party.dues import queries as dues
from app.party.membership import queries as memberships
from app.party.membership.services import end_lapsed
from app.party.people import queries as people
from tests.walk import hidden

GRACE = "grace@people.example"


def test_the_form_of_the_letter_is_filled_in_and_leads_to_the_payment(cast, client, stripe):
    with transaction():
        membership = memberships.current_of(people.find_by_email(GRACE).id)
        end_lapsed(membership, on=clock.today(), by="test")
        here = f"/join/again/{dues.return_link_of(membership)}"
    page = client.get(here).get_data(as_text=True)
    assert f'value="{GRACE}"' in page
    form = re.search(r'<form class="steps[^>]*>', page)[0]
    leads_to = re.search(r'action="([^"]*)"', form)
    answers = {
        "csrf_token": hidden(page, "csrf_token"), "key": hidden(page, "key"), "name": cast["grace"].name, "email": GRACE,
        "address": cast["grace"].address, "can_enrol": "yes", "dues": "concession", "rhythm": "yearly", "above": "",
        "signature": cast["grace"].name,
    }  # fmt: skip
    answer = client.post(leads_to[1] if leads_to else here, data=answers)
    assert answer.status_code == 303
    assert answer.location.startswith(stripe.url)


def test_a_link_that_nobody_made_leads_nowhere(cast, client):
    assert client.get("/join/again/01890000-0000-7000-8000-000000000000.x").status_code == 410
