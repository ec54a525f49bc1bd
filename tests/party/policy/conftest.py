"""Texts that are short and may be published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from app.ground import clock
from app.ground.db import transaction
from app.party.policy import queries
from app.party.policy.models import PolicyVersion
from app.party.policy.services import drafting, publishing
from app.party.policy.services.publishing import Decision

CAPS = """# What does your data cap really cost?
Title: Data caps
Topic: caps
Answer: In 2021 [79% of households](figure:share_uncapped/NZL/2021/households) had no cap. We would count the rest.
Number: [79%](figure:share_uncapped/NZL/2021/households) of households had no cap in 2021
Calculator: /tools/cap-cost?cap=30&price=75&rate=2&used=45

## The problem {#problem problem}

A plan of 2012 had [a cap of 30 GB at $75](figure:plan_price_month/NZL/2012/30/10+Mbps,+30+GB+cap).

![](chart:cap-share)

## What we will do {#do commitments}

### DC-1 Count the homes that are capped without having chosen it
- Measure: a count, published with its method
- By: 2027-06-30
- Cost: $200,000 once [^own]
- Status: proposed

### DC-2 Have the cap printed as large as the price
- Measure: a rule of the regulator
- By: 2028-06-30
- Status: proposed

## What it costs {#cost cost}

One survey. The taxpayer pays for it.

## The case against {#against counter}

Light users paid less while there were caps. We would not forbid them.

## What would change our mind {#change change}

A count that finds nobody.

## As it was {#then problem as-at=2013}

In 2013 almost everybody had a cap.

[^own]: Two analysts for nine months, our own reckoning | The Open Line Party | 2026-11-28 | | own estimate | low
"""


@pytest.fixture
def published(app: Flask) -> Callable[..., PolicyVersion]:
    """Publish a text as the next version of a policy, by the real verbs."""

    def publish(source: str = CAPS, slug: str = "data-caps", *, note: str = "Said more plainly.") -> PolicyVersion:
        with transaction():
            policy = queries.find(slug) or drafting.start(slug, source, by="system")
        with transaction():
            draft = drafting.begin_next(policy, by="system")
            drafting.save(policy, source, note, seen=draft.mark, by="system")
        with transaction():
            known = queries.draft_of(policy.id)
            assert known is not None
            decision = Decision("the policy conference", date(2026, 11, 1), 8, 2, 1, 40)
            return publishing.publish(
                policy, decision, authority="Authorised by the party secretary.", seen=known.mark,
                on=clock.today(), by="system",
            )  # fmt: skip

    return publish
