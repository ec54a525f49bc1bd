"""The question to whoever takes a file: why?"""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField

from app.web.forms import HouseForm, one_of

from .rules import WHYS, Why


class AskForm(HouseForm):
    """Why a file is taken, and in which form. Whom it holds stands in its address."""

    why = RadioField(
        _("What is it for?"),
        [one_of(list(Why), _("Choose what it is for: it is written down, and everybody in the file sees it."))],
        choices=[(why.value, words.capitalize()) for why, words in WHYS.items()],
        validate_choice=False,
    )
    bom = BooleanField(
        _("It will be opened in Excel"),
        description=_(
            "Puts three bytes at the start by which Excel knows that the letters are UTF-8. Other programs need none."
        ),
        default=True,
    )
