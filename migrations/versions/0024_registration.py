"""Registration: a count a day, packs of evidence, what was sent to the Commission; who was asked again for their electorate.

New tables and functions; four small partial indexes on memberships and dues, for whom the tallies of the roster count and the
Act does not, and for dues paid late or taken back; one on the roster, by set of electorates. On a large installation the
indexes take a scan each.

What the database refuses: to change what was sent to the Commission or noted about the registration, and to show who is in a
pack to a transaction that looks as anything narrower than the whole party.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = depends_on = None

APP = "hustings_app"

# The Act’s sense (law.membership.counts_toward_500), as far as it can be told without birth dates, which are sealed. A function
# with its owner’s rights: a number names nobody, and whoever may see figures sees this one, whatever people they see.
COUNT = """
create function registration_count(day date) returns bigint language sql stable
    security definer set search_path = public, pg_temp as $$
    select (
        select coalesce(sum(people), 0) from roster_tallies
         where whole and decided = 'good' and owed_from > day and can_enrol = 'yes'
    )::bigint - (
        -- Not by their own application (s 3(1)(a)), or for dues of nothing, which are no fee.
        select count(*) from (
            select id from memberships where not own_application
             union
            select c.membership_id from dues_charges c
             where c.cents = 0 and c.withdrawn_at is null and c.payable_on <= day
               and not exists (
                       select from dues_charges later
                        where later.membership_id = c.membership_id and later.since > c.since and later.payable_on <= day
                          and later.withdrawn_at is null
                   )
        ) others
          join memberships m on m.id = others.id
          join roster r on r.person_id = m.person_id and r.membership_id = m.id
         where r.decided = 'good' and r.owed_from > day and r.can_enrol = 'yes'
    )
$$;
"""

# The same of one membership on a day that has passed. What somebody declared about enrolling has no day: it is taken as it is
# now, and of who was erased as a yes.
COUNTED = """
create function registration_counted(membership uuid, day date) returns boolean language sql stable
    set search_path = public, pg_temp as $$
    select m.own_application
       and (p.erased_at is not null or p.can_enrol = 'yes')
       and coalesce((
               select "to" from membership_moves where membership_id = m.id and "on" <= day order by "on" desc, id desc limit 1
           ), '') = 'good'
       and coalesce(r.owed_from > day, true)
       and not exists (
               select from dues_charges c
                where c.membership_id = m.id and c.withdrawn_at is null and c.payable_on <= day
                  and c.cents > coalesce((select sum(cents) from dues_paid where charge_id = c.id and "on" <= day), 0)
           )
       and coalesce((
               select c.cents > 0 from dues_charges c
                where c.membership_id = m.id and c.withdrawn_at is null and c.payable_on <= day
                order by (c.since <= day and day < c.until) desc, c.since desc limit 1
           ), false)
      from memberships m
      join people p on p.id = m.person_id
      left join roster r on r.person_id = m.person_id and r.membership_id = m.id
     where m.id = membership
$$;

-- Whose counting began or ended on each day of a span, and by what. Only memberships of which something is dated that day are
-- looked at.
create function registration_moved(first date, last date)
    returns table (day date, joined bigint, came_back bigint, lapsed bigint, gone bigint) language sql stable
    security definer set search_path = public, pg_temp as $$
    with touched (membership, day) as (
        select membership_id, "on" from membership_moves
         where "to" in ('applied', 'good', 'behind', 'lapsed', 'suspended', 'resigned', 'expelled') and "on" between first and
         last
        union
        select membership_id, payable_on from dues_charges
         where met_on is null and withdrawn_at is null and payable_on between first and last
        union
        select membership_id, d.day from dues_charges, lateral (values (payable_on), (met_on)) d (day)
         where met_on > payable_on and withdrawn_at is null and met_on >= first and d.day between first and last
        union
        select c.membership_id, p."on" from dues_paid p join dues_charges c on c.id = p.charge_id
         where p.cents < 0 and p."on" between first and last
        union
        select membership_id, owed_from from roster where decided = 'good' and owed_from between first and last
    ), compared as (
        select t.day, m.opened_on,
               registration_counted(t.membership, t.day - 1) as before,
               registration_counted(t.membership, t.day) as after,
               (select "to" from membership_moves
                 where membership_id = t.membership and "on" = t.day order by id desc limit 1) as moved
          from touched t join memberships m on m.id = t.membership
    )
    select day,
           count(*) filter (where after and opened_on = day),
           count(*) filter (where after and opened_on < day),
           count(*) filter (where before and coalesce(moved, '') not in ('resigned', 'expelled', 'suspended')),
           count(*) filter (where before and moved in ('resigned', 'expelled', 'suspended'))
      from compared where before is distinct from after group by day order by day
$$;
"""

WALL = f"""
alter table registration_lines enable row level security;
create policy in_scope on registration_lines for select to {APP} using (
    (select scope_is_no_narrower()) or person_id = (select scope_self())
);
create policy written on registration_lines for insert to {APP} with check ((select scope_is_no_narrower()));
create policy changed on registration_lines for update to {APP} using ((select scope_is_no_narrower()));
revoke execute on function registration_count(date), registration_moved(date, date) from public;
grant execute on function registration_count(date), registration_moved(date, date) to {APP};
"""


def column(name: str, kind: object, null: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=null)


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "registration_steps",
        column("id", sa.Uuid()), column("step", sa.String()), column("on", sa.Date()), column("by", sa.String()),
        column("at", moment),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_steps")),
    )  # fmt: skip
    op.create_table(
        "registration_counts",
        column("day", sa.Date()), column("count", sa.BigInteger()), column("lowest", sa.BigInteger()),
        column("joined", sa.BigInteger()), column("came_back", sa.BigInteger()), column("lapsed", sa.BigInteger()),
        column("gone", sa.BigInteger()), column("worked_out", sa.Boolean()), column("counted_at", moment),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_registration_counts")),
    )  # fmt: skip
    op.create_table(
        "registration_packs",
        column("id", sa.Uuid()), column("on", sa.Date()), column("wanted", sa.BigInteger()), column("made_at", moment),
        column("made_by", sa.String()), column("checked_at", moment, null=True), column("dropped_at", moment, null=True),
        column("filed_on", sa.Date(), null=True), column("filed_at", moment, null=True),
        column("filed_by", sa.String(), null=True), column("digest", sa.String(), null=True),
        sa.CheckConstraint("wanted > 0", name=op.f("ck_registration_packs_wanted")),
        sa.CheckConstraint("(filed_on is null) = (digest is null)", name=op.f("ck_registration_packs_filed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_packs")),
    )  # fmt: skip
    op.create_table(
        "registration_lines",
        column("id", sa.Uuid()), column("pack_id", sa.Uuid()), column("person_id", sa.Uuid()),
        column("membership_id", sa.Uuid()), column("number", sa.BigInteger()), column("place", sa.BigInteger()),
        column("by_hand", sa.Boolean()), column("state", sa.String()), column("because", sa.String(), null=True),
        column("declaration_digest", sa.String(), null=True),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["registration_packs.id"], name=op.f("fk_registration_lines_pack_id_registration_packs")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_registration_lines_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_lines")),
        sa.UniqueConstraint("pack_id", "person_id", name=op.f("uq_registration_lines_pack_id_person_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_registration_lines_person_id"), "registration_lines", ["person_id"])
    op.create_index("ix_registration_lines_pack_id_state", "registration_lines", ["pack_id", "state", "place"])
    op.create_table(
        "registration_papers",
        column("id", sa.Uuid()), column("pack_id", sa.Uuid()), column("asked_at", moment), column("asked_by", sa.String()),
        column("made_at", moment, null=True), column("members", sa.BigInteger(), null=True),
        column("sha256", sa.String(), null=True), column("sealed", sa.LargeBinary(), null=True),
        column("forget_on", sa.Date(), null=True), column("failed", sa.String(), null=True),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["registration_packs.id"], name=op.f("fk_registration_papers_pack_id_registration_packs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_papers")),
    )  # fmt: skip
    op.create_index(op.f("ix_registration_papers_pack_id"), "registration_papers", ["pack_id"])
    op.create_table(
        "registration_sent",
        column("id", sa.Uuid()), column("kind", sa.String()), column("year", sa.BigInteger()), column("count", sa.BigInteger()),
        column("sent_on", sa.Date()), column("at", moment), column("by", sa.String()), column("digest", sa.String()),
        column("sealed", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_sent")),
    )  # fmt: skip
    op.create_table(
        "registration_duties",
        column("id", sa.Uuid()), column("kind", sa.String()), column("about", sa.String()), column("count", sa.BigInteger()),
        column("cites", sa.String()), column("sentence", sa.String()), column("opened_on", sa.Date()),
        column("due_on", sa.Date(), null=True), column("plan_for", sa.Date(), null=True),
        column("done_on", sa.Date(), null=True),
        column("closed_at", moment, null=True), column("closed_by", sa.String(), null=True),
        column("closed_because", sa.String(), null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_duties")),
    )  # fmt: skip
    op.create_index(
        "uq_registration_duties_open", "registration_duties", ["kind", "about"], unique=True,
        postgresql_where=sa.text("closed_at is null"),
    )  # fmt: skip
    op.create_table(
        "residence_askings",
        column("id", sa.Uuid()), column("person_id", sa.Uuid()), column("set_code", sa.String()), column("asked_at", moment),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_residence_askings_person_id_people")),
        sa.ForeignKeyConstraint(
            ["set_code"], ["electorate_sets.code"], name=op.f("fk_residence_askings_set_code_electorate_sets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residence_askings")),
        sa.UniqueConstraint("person_id", "set_code", name=op.f("uq_residence_askings_person_id_set_code")),
    )  # fmt: skip
    op.create_index("ix_residence_askings_set_code", "residence_askings", ["set_code"])
    op.create_index("ix_memberships_not_applied", "memberships", ["person_id"], postgresql_where=sa.text("not own_application"))
    op.create_index(
        "ix_dues_charges_nothing", "dues_charges", ["membership_id"],
        postgresql_where=sa.text("cents = 0 and withdrawn_at is null"),
    )  # fmt: skip
    op.create_index(
        "ix_dues_charges_met_late", "dues_charges", ["met_on"],
        postgresql_where=sa.text("met_on > payable_on and withdrawn_at is null"),
    )  # fmt: skip
    op.create_index("ix_roster_set_code", "roster", ["set_code"])
    op.create_index("ix_dues_paid_taken_back", "dues_paid", ["on"], postgresql_where=sa.text("cents < 0"))

    for table in ("registration_steps", "registration_sent", "registration_packs", "registration_lines"):
        op.execute(f"grant select, insert on {table} to {APP}")
    for table in ("registration_counts", "registration_papers", "registration_duties"):
        op.execute(f"grant select, insert on {table} to {APP}")
    op.execute(f"grant select, insert, delete on residence_askings to {APP}")
    op.execute(
        f"grant update (count, lowest, joined, came_back, lapsed, gone, worked_out, counted_at) on registration_counts to {APP}"
    )
    op.execute(
        f"grant update (wanted, checked_at, dropped_at, filed_on, filed_at, filed_by, digest) on registration_packs to {APP}"
    )
    op.execute(f"grant update (by_hand, state, because, declaration_digest, place) on registration_lines to {APP}")
    op.execute(f"grant update (made_at, members, sha256, sealed, forget_on, failed) on registration_papers to {APP}")
    op.execute(
        f"grant update (count, cites, sentence, done_on, closed_at, closed_by, closed_because) on registration_duties to {APP}"
    )
    for table, but in (("registration_sent", "'sealed'"), ("registration_steps", "")):
        op.execute(
            f"create trigger refuse_change before update or delete on {table}"
            f" for each row execute function refuse_change({but})"
        )
        op.execute(
            f"create trigger refuse_truncate before truncate on {table} for each statement execute function refuse_change()"
        )
    run = op.get_bind().connection.driver_connection.execute  # as it stands: the text has colons
    for part in (COUNT, COUNTED, WALL):
        run(part)


def downgrade() -> None:
    raise NotImplementedError("What was sent to the Commission stays: restore a backup instead.")
