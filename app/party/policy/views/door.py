"""The blueprint, and what its doors share."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Blueprint, abort, request

from app.ground import clock
from app.web.pages import Card
from app.web.words import day

from .. import queries
from ..models import Policy
from ..queries import Adopted
from ..texts.markdown import one_number, plain_line

door = Blueprint("policy", __name__)
MOST_VERSIONS = 100_000
door.add_app_template_filter(plain_line, "plain_words")
door.add_app_template_filter(one_number, "one_number")


@door.app_template_filter("day_of")
def day_of(moment: datetime) -> str:
    """The day of a moment, as people in New Zealand count days."""
    return day(clock.day_of(moment))


def get_policy(slug: str) -> Policy:
    """The policy at this address, or 404."""
    return queries.find(slug) or abort(404)


def get_adopted(slug: str, number: int | None = None) -> Adopted:
    """The policy at this address with its current version or another, or 404."""
    if number is not None and (number > MOST_VERSIONS or not _is_plain(request.path.rpartition("/")[2])):
        abort(404)
    return queries.find_adopted(slug, number) or abort(404)


def _is_plain(name: str) -> bool:
    """Whether numbers are written as we write them: one version has one address, not v01 as well."""
    return all(digits == str(int(digits)) for digits in re.findall(r"\d+", name))


def cards() -> list[Card]:
    """The policies as the front page shows them."""
    return [
        Card(
            one.policy.slug, one.text.title, one.text.question, *one_number(one.text.number),
            clock.day_of(one.version.published_at),
        )
        for one in queries.adopted()
    ]  # fmt: skip
