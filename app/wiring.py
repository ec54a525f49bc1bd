"""Who is told, which doors hang, when chores run. It knows every room; no room knows it."""

from __future__ import annotations

from app.ground import audit, limits, mail  # noqa: F401  their tables
from app.ground.db import Base
from app.party.dues import models as _dues  # noqa: F401
from app.party.electorates import models as _electorates  # noqa: F401
from app.party.joining import models as _joining  # noqa: F401
from app.party.membership import models as _membership  # noqa: F401
from app.party.payments import models as _payments  # noqa: F401
from app.party.people import models as _people  # noqa: F401

metadata = Base.metadata
