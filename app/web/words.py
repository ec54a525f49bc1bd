"""How the house speaks in templates: the party, money, days, moments, the frame's words, and addresses of static files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask
from flask_babel import force_locale
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from app.ground.clock import NEW_ZEALAND, day_of
from app.ground.settings import Settings

from .assets import Assets
from .tongues import Tongue, said_in, tongue
from .weighing import METER

TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"
# The months as Te Taura Whiri i te Reo Māori spells the borrowed names, the ones in everyday use.
MONTHS = (
    "Hānuere", "Pēpuere", "Māehe", "Āperira", "Mei", "Hune", "Hūrae", "Ākuhata", "Hepetema", "Oketopa", "Noema", "Tīhema",
)  # fmt: skip


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


def day(value: date, to: str | None = None) -> str:
    """“23 November 2026”, or “23 Noema 2026” in a text in te reo. `to` says the tongue where it is not the text’s. Of a moment,
    the day it was in New Zealand: until 1 pm that is another one than in UTC."""
    if isinstance(value, datetime):
        value = day_of(value)
    return f"{value.day} {_month(value, to, '%B')} {value.year}"


def moment(value: datetime, to: str | None = None) -> str:
    """New Zealand time: “23 Nov 2026, 3:15 pm”, or “23 Noema 2026, 3:15 pm”."""
    local = value.astimezone(NEW_ZEALAND)
    hour = local.hour % 12 or 12
    month = _month(local, to, "%b")
    return f"{local.day} {month} {local.year}, {hour}:{local:%M} {'am' if local.hour < 12 else 'pm'}"


def _month(value: date, to: str | None, english: str) -> str:
    return MONTHS[value.month - 1] if (to or said_in()) == Tongue.REO else f"{value:{english}}"


def upfirst(text: str) -> str:
    """The first letter as at the beginning of a sentence, the others as they are: “Organizer of the branch Māngere”."""
    return text[:1].upper() + text[1:]


def frame(words: str, **values: Any) -> Markup:
    """Words of the frame in the tongue of the address. Where there is no te reo they are English, and say so.

    Not for an attribute, unless the catalogue has the words: a house test holds it to that.
    """
    if tongue() is Tongue.ENGLISH:
        return _filled(words, Tongue.ENGLISH, values)
    found = reo(words)
    if found is None:
        return Markup('<span lang="{}">{}</span>').format(Tongue.ENGLISH, _filled(words, Tongue.ENGLISH, values))
    return _filled(found, Tongue.REO, values)


def both(words: str, *, reo_first: bool = False, always: bool = False, **values: Any) -> Markup:
    """Words in both tongues, for a heading inside a text: on a page in te reo, or `always`. English first for now, as the
    Ministry for Culture and Heritage does it, because screen readers read te reo poorly; `reo_first` where all else is te reo.
    """
    english = _filled(words, Tongue.ENGLISH, values)
    found = reo(words) if always or tongue() is Tongue.REO else None
    if found is None:
        return english
    marked = Markup('<span class="reo" lang="{}">{}</span>').format(Tongue.REO, _filled(found, Tongue.REO, values))
    order = Markup("{reo} {english}") if reo_first else Markup("{english} {reo}")
    return order.format(reo=marked, english=english)


def reo(words: str) -> str | None:
    """What the catalogue has for these words, or None."""
    found = catalogue().gettext(words)
    return None if found == words else found


@cache
def catalogue() -> NullTranslations:
    """The words in te reo, read once."""
    return Translations.load(TRANSLATIONS, [Tongue.REO])


def _said(value: Any, to: Tongue) -> Any:
    """A day, or the day of a moment in New Zealand, in the tongue of the words around it; anything else as it is."""
    return day(value, to) if isinstance(value, date) else value


def _filled(words: str, to: Tongue, values: dict[str, Any]) -> Markup:
    shown = {name: _said(value, to) for name, value in values.items()}
    return escape(words) % shown if shown else escape(words)


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
        frame=frame,
        both=both,
    )


def renderer(app: Flask) -> Callable[..., str]:
    """Renders letters: no request, no session, the same words wherever it is called, in English."""

    def render(template: str, **data: Any) -> str:
        with force_locale("en_NZ"):
            return app.jinja_env.get_template(template).render(**data)

    return render
