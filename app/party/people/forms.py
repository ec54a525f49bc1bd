"""Questions of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, EmailField

from app.web.forms import AtMost, EmailAddress, HouseForm, Needed, clean

from . import rules


class SignInForm(HouseForm):
    email = EmailField(
        _("Email address"), [Needed(_("Enter your email address.")), AtMost(254), EmailAddress()], filters=[clean]
    )


class SupportForm(SignInForm):
    # Shown as it is kept: the words consented to are evidence, so they are not translated.
    consents = BooleanField(rules.wording_of("news")[1], [Needed(_("Tick the box: without your yes we may not write to you."))])
