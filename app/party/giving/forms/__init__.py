"""The questions of this room: to who gives, and to officers."""

from .acting import FiledForm, GiveBackForm, PassOnForm, PayOverForm
from .giving import TIES, GiveForm
from .lending import LoanForm, RepaidForm
from .recording import KINDS, RecordForm, TellForm

__all__ = [
    "KINDS", "TIES", "FiledForm", "GiveBackForm", "GiveForm", "LoanForm", "PassOnForm", "PayOverForm", "RecordForm",
    "RepaidForm", "TellForm",
]  # fmt: skip
