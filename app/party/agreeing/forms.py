"""The question to whoever refuses: why?"""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import RadioField

from app.web.forms import HouseForm, one_of

from .rules import WHYS, Why


class RefuseForm(HouseForm):
    because = RadioField(
        _("Why do you refuse?"),
        [one_of(list(Why), _("Choose why: whoever asked reads it."))],
        choices=[(why.value, words) for why, words in WHYS.items()],
        validate_choice=False,
    )
