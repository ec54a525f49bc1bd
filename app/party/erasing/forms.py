"""The question to whoever has many erased: why?"""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from app.web.forms import HouseForm, one_of

from .rules import WHYS, Why


class EraseForm(HouseForm):
    why = RadioField(
        _("Why are they erased?"),
        [one_of(list(Why), _("Choose why: it is written down."))],
        choices=[(why.value, words.capitalize()) for why, words in WHYS.items()],
        validate_choice=False,
    )
    sure = BooleanField(
        _("Erase them: this is not taking them off a list"),
        [InputRequired(_("Tick that you mean to erase them."))],
        description=_("After 30 days in the bin nothing brings them back."),
    )
