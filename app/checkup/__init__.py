"""What is wrong with an installation, in sentences: each says what to do.

Here: the database and the books. Beside: its keys and backups, its work, the place it stands in, its settings.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.ground import audit, clock
from app.ground.db import NotDurable, check_durable, looking_as, no_hurry, session
from app.party.bank import queries as bank
from app.party.dues import queries as dues
from app.party.payments import queries as payments
from app.party.receipts import queries as receipts
from app.party.roster import queries as roster
from app.web.health import newest_migration
from app.web.house import house

from . import keys, place, work
from . import settings as said


def faults() -> list[str]:
    """Every fault found; empty when all is well."""
    settings = house().settings
    try:
        session.execute(text("select 1"))
    except OperationalError:
        return ["The database does not answer: check DATABASE_URL and that PostgreSQL runs."]
    found = [*said.faults(settings), *place.faults(settings)]
    try:
        check_durable()
    except NotDurable as fault:
        found.append(str(fault))
    try:
        if session.scalar(text("select version_num from alembic_version")) != newest_migration():
            found.append("The tables are not up to date: run flask db upgrade.")
            return found
        no_hurry()
        found += payments.verify_ledger()
        found += dues.faults()
        found += bank.faults()
        found += receipts.verify()
        with looking_as("house"):
            found += roster.faults(on=clock.today(), sample=roster.anywhere())
        found += [fault.sentence for fault in audit.verify()[1]]
        if untold := payments.paid_but_untold():
            found.append(f"{untold} payments have settled without anybody being admitted or credited: read the worker’s log.")
        owned = session.scalar(text("select count(*) from pg_tables where schemaname = 'public' and tableowner = session_user"))
        if owned and not settings.demo:
            found.append(
                "The application signs in to PostgreSQL as the owner of its tables: give it the role hustings_app in "
                "DATABASE_URL, and the owner’s in DATABASE_OWNER_URL."
            )
        found += [*keys.faults(settings, house().seal), *work.faults(settings)]
    except ProgrammingError:
        found.append("The tables are missing: run flask db upgrade.")
    finally:
        session.remove()
    return found
