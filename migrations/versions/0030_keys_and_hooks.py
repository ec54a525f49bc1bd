"""Keys of programs, hooks of other systems, what these are told about and whether it arrived.

The roster’s own triggers say what happened (app/party/api/README.md says why): a change of its rows writes an event, a delivery
for each hook that asked for it, and a job, in the transaction of the fact. Where nobody listens it costs one look at a table
of a few rows. New tables; no lock matters.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = depends_on = None

APP = "hustings_app"
MOMENT, TEXT, UUID, COUNT = sa.DateTime(timezone=True), sa.String(), sa.Uuid(), sa.BigInteger()
BYTES, WORDS = sa.LargeBinary(), postgresql.ARRAY(sa.String())

# What a change of the roster’s rows means to whoever listens. Compared are facts, never the day: that dues fall behind is a
# matter of the calendar, and the row says from which day (owed_from).
TELLING = """
create type hook_fact as (person_id uuid, kind varchar, branch_id uuid, was_branch_id uuid);

create function hooks_tell() returns trigger language plpgsql as $$
begin
    if current_setting('hustings.roster', true) = 'tallied at the end' then
        return null;  -- app/keeping/roster.py writes what was so already
    end if;
    if not exists (select from hooks where ended_at is null and paused_at is null) then
        return null;
    end if;
    if tg_op = 'INSERT' then
        perform hooks_note(array_agg(row(person_id, 'person.joined', branch_id, null)::hook_fact)) from changed
          where decided = 'good';
    elsif tg_op = 'DELETE' then
        -- A record that is part of somebody from now on has not left, nor has who resigned its membership for that.
        perform hooks_note(array_agg(row(w.person_id, 'person.left', w.branch_id, null)::hook_fact))
           from was w join people p on p.id = w.person_id where p.same_as is null;
        delete from hook_events e using was w join people p on p.id = w.person_id
         where p.same_as is not null and (e.tx, e.person_id, e.kind) = (txid_current(), w.person_id, 'person.left');
    else
        perform hooks_note(array_agg(row(person_id, kind, branch_id, was_branch_id)::hook_fact)) from (
            select n.person_id, fact.kind, n.branch_id, case fact.kind when 'person.moved' then o.branch_id end as was_branch_id
              from changed n join was o on o.person_id = n.person_id
             cross join lateral (values
                 ('person.joined',
                  n.decided = 'good'
                  and (o.membership_id is distinct from n.membership_id or o.decided in ('applied', 'supporter'))),
                 ('person.left', n.decided in ('resigned', 'expelled') and n.decided <> o.decided),
                 ('standing.changed',  -- of a member who stays one
                  o.decided not in ('applied', 'supporter') and n.decided not in ('resigned', 'expelled')
                  and (n.decided, n.owed_from) is distinct from (o.decided, o.owed_from)),
                 ('consent.changed', n.consents is distinct from o.consents),
                 ('person.moved', n.branch_id is distinct from o.branch_id)
             ) fact (kind, holds)
             where fact.holds
        ) facts;
    end if;
    return null;
end $$;

-- One event of a kind, person and transaction, however many statements it took; a delivery for each hook that asked for such;
-- a job for each hook that has one. The job is always added, never left to one that waits: that one may be under way, and have
-- looked already.
create function hooks_note(facts hook_fact[]) returns void language plpgsql as $$
begin
    if facts is null then
        return;
    end if;
    with noted as (
        insert into hook_events (id, person_id, kind, branch_id, was_branch_id, at, tx)
        select gen_random_uuid(), f.person_id, f.kind, f.branch_id, f.was_branch_id, clock_timestamp(), txid_current()
          from unnest(facts) f
         where exists (select from hooks h where h.ended_at is null and h.paused_at is null and f.kind = any(h.events))
            on conflict (tx, person_id, kind) do nothing
        returning id, kind
    ), to_be_told as (
        insert into hook_deliveries (hook_id, event_id, attempts, next_try_at)
        select h.id, n.id, 0, clock_timestamp()
          from noted n join hooks h on h.ended_at is null and h.paused_at is null and n.kind = any(h.events)
         order by n.id
        returning hook_id
    )
    insert into procrastinate_jobs (queue_name, task_name, priority, args)
    select distinct 'hustings', 'api.deliver', -5, jsonb_build_object('hook', hook_id) from to_be_told;
end $$;

create trigger hooks_insert after insert on roster referencing new table as changed
    for each statement execute function hooks_tell();
create trigger hooks_update after update on roster referencing old table as was new table as changed
    for each statement execute function hooks_tell();
create trigger hooks_delete after delete on roster referencing old table as was
    for each statement execute function hooks_tell();
"""

WALLS = f"""
-- Keys and hooks of somebody who was erased go with their name, whichever verb erased them.
create function forget_keys_and_hooks() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    delete from hook_deliveries d using hooks h where d.hook_id = h.id and h.person_id = new.id;
    delete from hooks where person_id = new.id;
    delete from api_keys where person_id = new.id;
    return null;
end $$;
create trigger forget_keys_and_hooks after update of erased_at on people for each row
    when (new.erased_at is not null and old.erased_at is null) execute function forget_keys_and_hooks();
revoke execute on function forget_keys_and_hooks() from public;

-- Whom an event is about is seen by whoever sees them; an organizer also sees who moved away.
alter table hook_events enable row level security;
create policy in_scope on hook_events for select to {APP} using (
    (select scope_is_all()) or person_id is null or person_id = (select scope_self())
    or branch_id = any ((select scope_branches())::uuid[]) or was_branch_id = any ((select scope_branches())::uuid[])
);
-- The test event; all else a trigger writes.
create policy written on hook_events for insert to {APP} with check (person_id is null);
create policy gone on hook_events for delete to {APP} using (true);

grant select, insert, update (used_at, revoked_at, revoked_by) on api_keys to {APP};
grant select, insert, update (sealed, paused_at, paused_because, refused_in_a_row, held_until, ended_at) on hooks to {APP};
grant select, insert, delete on hook_events to {APP};
grant select, insert, delete,
    update (attempts, first_tried_at, tried_at, next_try_at, claimed_until, accepted_at, status, trouble)
    on hook_deliveries to {APP};
"""


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", UUID, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("label", TEXT, nullable=False),
        sa.Column("prefix", TEXT, nullable=False),
        sa.Column("secret_hash", BYTES, nullable=False),
        sa.Column("scopes", WORDS, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoked_by", TEXT),
        sa.CheckConstraint("scopes <> '{}'", name="ck_api_keys_opens_something"),
        sa.CheckConstraint("(revoked_at is null) = (revoked_by is null)", name="ck_api_keys_revoked_by_somebody"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_api_keys_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("prefix", name="uq_api_keys_prefix"),
    )
    op.create_index("ix_api_keys_person_id", "api_keys", ["person_id"])
    op.create_table(
        "hooks",
        sa.Column("id", UUID, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("sealed", BYTES, nullable=False),
        sa.Column("events", WORDS, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("paused_at", MOMENT),
        sa.Column("paused_because", TEXT),
        sa.Column("refused_in_a_row", COUNT, nullable=False),
        sa.Column("held_until", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.CheckConstraint("events <> '{}'", name="ck_hooks_hears_something"),
        sa.CheckConstraint("(paused_at is null) = (paused_because is null)", name="ck_hooks_paused_for_a_reason"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_hooks_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_hooks"),
    )
    op.create_index("ix_hooks_person_id", "hooks", ["person_id"])
    op.create_table(
        "hook_events",
        sa.Column("id", UUID, nullable=False),
        sa.Column("person_id", UUID),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("branch_id", UUID),
        sa.Column("was_branch_id", UUID),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("tx", COUNT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hook_events"),
        sa.UniqueConstraint("tx", "person_id", "kind", name="uq_hook_events_tx_person_id_kind"),
    )
    op.create_index("ix_hook_events_person_id", "hook_events", ["person_id"])
    op.create_index("ix_hook_events_at", "hook_events", ["at"])
    op.create_table(
        "hook_deliveries",
        sa.Column("id", COUNT, sa.Identity(), nullable=False),
        sa.Column("hook_id", UUID, nullable=False),
        sa.Column("event_id", UUID, nullable=False),
        sa.Column("attempts", COUNT, nullable=False),
        sa.Column("next_try_at", MOMENT),
        sa.Column("claimed_until", MOMENT),
        sa.Column("first_tried_at", MOMENT),
        sa.Column("tried_at", MOMENT),
        sa.Column("accepted_at", MOMENT),
        sa.Column("status", COUNT),
        sa.Column("trouble", TEXT),
        sa.ForeignKeyConstraint(["hook_id"], ["hooks.id"], name="fk_hook_deliveries_hook_id_hooks"),
        sa.ForeignKeyConstraint(
            ["event_id"], ["hook_events.id"], name="fk_hook_deliveries_event_id_hook_events", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_hook_deliveries"),
        sa.UniqueConstraint("hook_id", "event_id", name="uq_hook_deliveries_hook_id_event_id"),
    )
    op.create_index("ix_hook_deliveries_event_id", "hook_deliveries", ["event_id"])
    op.create_index("ix_hook_deliveries_hook_id", "hook_deliveries", ["hook_id", "id"])
    op.create_index(
        "ix_hook_deliveries_waiting", "hook_deliveries", ["hook_id", "next_try_at"],
        postgresql_where=sa.text("next_try_at is not null"),
    )  # fmt: skip
    # Run as it stands: the text has colons and percent signs that are not parameters.
    run = op.get_bind().connection.driver_connection.execute
    run(TELLING)
    run(WALLS)


def downgrade() -> None:
    raise NotImplementedError("Walls are not taken down: restore a backup instead.")
