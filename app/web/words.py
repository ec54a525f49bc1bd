"""How the house speaks in templates: the party, money, days, moments, and addresses of static files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from app.ground.clock import NEW_ZEALAND
from app.ground.settings import Settings

from .assets import Assets
from .weighing import METER


@dataclass(frozen=True)
class Party:
    """Everything a page may say about the party. All of it is settings."""

    name: str
    short: str
    promise: str
    promoter: str
    url: str
    contact: str
    bank_account: str


def day(value: date) -> str:
    """“23 November 2026”."""
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime) -> str:
    """New Zealand time: “23 Nov 2026, 3:15 pm”."""
    local = value.astimezone(NEW_ZEALAND)
    hour = local.hour % 12 or 12
    return f"{local.day} {local:%b %Y}, {hour}:{local:%M} {'am' if local.hour < 12 else 'pm'}"


def upfirst(text: str) -> str:
    """The first letter as at the beginning of a sentence, the others as they are: “Organizer of the branch Māngere”."""
    return text[:1].upper() + text[1:]


def hang(app: Flask, settings: Settings, assets: Assets) -> None:
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.add_extension("jinja2.ext.do")
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(money=str, day=day, moment=moment, upfirst=upfirst)
    env.globals.update(
        party=Party(
            name=settings.party_name,
            short=settings.party_short,
            promise=settings.party_promise,
            promoter=settings.promoter,
            url=settings.public_url,
            contact=settings.mail_from,
            bank_account=settings.bank_account,
        ),
        static_url=assets.address,
        demo=settings.demo,
        meter=METER,
    )


def renderer(app: Flask) -> Callable[..., str]:
    """Renders letters: no request, no session, the same words wherever it is called."""

    def render(template: str, **data: Any) -> str:
        return app.jinja_env.get_template(template).render(**data)

    return render
