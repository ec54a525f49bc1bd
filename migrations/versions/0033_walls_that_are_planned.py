"""Whether somebody is in sight is a function of its own: the walls of people, tags, notes and tasks mean what they meant.

Written out in each wall, the question made PostgreSQL take one row for as dear as the whole roster: at four million people it
walked the roster once for every other row of a list by tag, and read all search buckets for a name that nobody has. A function
has the price it is told.

Milliseconds; rows are not touched.
"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = depends_on = None

# In PL/pgSQL, as SQL would be written out in the question again. The roster’s own wall stands within: as whoever asks. They are
# planned once, where what the console asks is planned for each value (ground.db.looking_as).
PLANNED_ONCE = "language plpgsql stable parallel safe cost 500 set plan_cache_mode = force_generic_plan"
IN_SIGHT = f"""
create function roster_shows(whom uuid) returns boolean {PLANNED_ONCE} as $$
begin
    return exists (select from roster r where r.person_id = whom);
end
$$;
create function person_is_in_sight(whom uuid) returns boolean {PLANNED_ONCE} as $$
begin
    return roster_shows(whom) or exists (
        select from people p join roster r on r.person_id = p.same_as where p.id = whom and p.same_as is not null
    );
end
$$;
"""


def upgrade() -> None:
    op.execute(IN_SIGHT)
    op.execute("alter policy in_scope on people using ((select scope_is_no_narrower()) or roster_shows(coalesce(same_as, id)))")
    seen = "(select scope_is_all()) or ((select scope_self()) is null and person_is_in_sight(person_id))"
    for table in ("taggings", "notes", "tasks"):
        op.execute(f"alter policy in_scope on {table} using ({seen} or person_id = (select scope_self()))")
        op.execute(f"alter policy written on {table} with check ({seen})")
        op.execute(f"alter policy changed on {table} using ({seen})")


def downgrade() -> None:
    raise NotImplementedError("The walls mean the same as before: there is nothing to go back to.")
