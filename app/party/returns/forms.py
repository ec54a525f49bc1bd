"""Questions to whoever files a return."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField

from app.web.forms import AtMost, HouseForm, clean


class FileForm(HouseForm):
    """`seen`: a word for what the page showed; if the figures have changed since, nothing is filed."""

    seen = HiddenField()
    reason = StringField(
        _("Why it is amended"),
        [AtMost(300)],
        filters=[clean],
        description=_("One sentence. It stands on the return, which is public: name nobody in it."),
    )
