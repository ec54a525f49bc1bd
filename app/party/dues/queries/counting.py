"""How many members there are. Nothing is loaded: the database counts, from indexes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from app.ground.db import session

_GOOD = text("""
    with unpaid as materialized (
        select m.id from dues_charges c join memberships m on m.id = c.membership_id
         where c.met_on is null and c.withdrawn_at is null and c.payable_on <= :today and m.ended_on is null
    ), suspended as materialized (
        select m.id from membership_moves v join memberships m on m.id = v.membership_id
         where v."to" = 'suspended' and v."on" <= :today and m.ended_on is null
           and not exists (
               select from membership_moves l
                where l.membership_id = v.membership_id and l."on" <= :today and (l."on", l.id) > (v."on", v.id)
           )
    )
    select (select count(*) from memberships where ended_on is null)
         - (select count(*) from (select id from unpaid union select id from suspended) as not_good)
""")


def count_in_good_standing(*, on: date) -> int:
    """Memberships in force on a day, less those with an unmet charge that is payable and those suspended: who may vote in the
    party, and the same number as the desk shows."""
    return session.scalar(_GOOD, {"today": on}) or 0
