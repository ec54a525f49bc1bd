"""Questions to whoever gives a program a key, or has another system told."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from app.web.forms import AtMost, KeyedForm, Needed, Words, clean, one_of

from .rules import HEARS, LASTS, OPENS


class Ticks(SelectMultipleField):
    """Several of the choices, and not none. `sentence`: what to do about none."""

    option_widget = CheckboxInput()
    widget = ListWidget(prefix_label=False)

    def __init__(self, label: Any, sentence: Any, **more: Any):
        super().__init__(label, validate_choice=False, **more)
        self.sentence = sentence

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            raise StopValidation(self.sentence)


class KeyForm(KeyedForm):
    label = StringField(
        _("What is the key for?"),
        [Needed(_("Enter a few words, such as: the events calendar.")), AtMost(60), Words(_("Enter a few words."))],
        filters=[clean],
        description=_("So that you know it again. Nobody’s name."),
        render_kw={"autocomplete": "off"},
    )
    opens = Ticks(_("What it opens"), _("Choose what the key opens."))
    lasts = RadioField(
        _("How long it is good"),
        [one_of([str(days) for days in LASTS], _("Choose how long the key is good."))],
        validate_choice=False,
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.opens.choices = [(scope.value, words) for scope, words in OPENS.items()]
        self.lasts.choices = [(str(days), gettext("%(days)s days", days=days)) for days in LASTS]


class HookForm(KeyedForm):
    address = StringField(
        _("Address"),
        [Needed(_("Enter the address that is to be told.")), AtMost(500)],
        filters=[clean],
        description=_("It begins with https:// and is reachable from the Internet. We keep it sealed."),
        render_kw={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"},
    )
    events = Ticks(_("What it is told of"), _("Choose what the other system is told of."))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.events.choices = [(kind.value, words) for kind, words in HEARS.items()]
