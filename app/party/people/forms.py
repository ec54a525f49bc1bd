"""Questions of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, EmailField, StringField, ValidationError

from app.web.forms import AtMost, EmailAddress, HouseForm, Needed, clean

from . import rules


class SignInForm(HouseForm):
    email = EmailField(
        _("Email address"), [Needed(_("Enter your email address.")), AtMost(254), EmailAddress()], filters=[clean]
    )


class SupportForm(SignInForm):
    # Shown as it is kept: the words consented to are evidence, so they are not translated.
    consents = BooleanField(rules.wording_of("news")[1], [Needed(_("Tick the box: without your yes we may not write to you."))])


class CodeForm(HouseForm):
    code = StringField(
        _("Code from your authenticator app"),
        [Needed(_("Enter the six digits your app shows now.")), AtMost(20)],
        filters=[clean],
        description=_("Six digits. They change every 30 seconds."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"},
    )

    def validate_code(self, field: StringField) -> None:
        field.data = (field.data or "").replace(" ", "")
        if not (len(field.data) == 6 and field.data.isascii() and field.data.isdigit()):
            raise ValidationError(_("A code has six digits."))
