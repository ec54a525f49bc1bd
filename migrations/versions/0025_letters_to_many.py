"""Letters to many, the list each goes to, what became of its parts; letters that came back.

New tables; `letters` gets a column that may be null, which rewrites nothing; the index on consents is of rows that do not exist
yet, but reading past those that do locks their writers: on a large installation build it concurrently first.
What the database refuses: another text, class or whom for a mailing that is confirmed or authorised; a list that grows after it
was frozen is caught by its key; a campaign letter without authority (a check); and to an organizer every mailing that is not
about their own branches alone.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = depends_on = None

APP = "hustings_app"
MOMENT, TEXT, UUID, COUNT = sa.DateTime(timezone=True), sa.String(), sa.Uuid(), sa.BigInteger()

MAY_CHANGE = (
    "kind, sealed, changed_at, asked_authority_at, authorised_at, authorised_by, rate, confirmed_at, confirmed_by, shown_count,"
    " frozen_count, stopped_at, stopped_by, stopped_because, ended_at, ended_because"
)

KEEPING = """
create function keep_mailing() returns trigger language plpgsql as $$
declare
    says_other boolean := (new.sealed is distinct from old.sealed
                           and not is_sealing_anew(tg_relid, to_jsonb(old), to_jsonb(new), 'sealed'))
                       or new.kind is distinct from old.kind;
begin
    if old.confirmed_at is not null and (says_other
        or new.confirmed_at is distinct from old.confirmed_at or new.frozen_count is distinct from old.frozen_count
        or new.authorised_at is distinct from old.authorised_at or new.authorised_by is distinct from old.authorised_by) then
        raise exception 'a mailing that is confirmed says what it said' using errcode = 'integrity_constraint_violation';
    end if;
    if says_other and new.authorised_at is not null then
        raise exception 'an authority was for the text it was given for' using errcode = 'integrity_constraint_violation';
    end if;
    if old.ended_at is not null and (says_other or new.ended_at is distinct from old.ended_at
        or new.ended_because is distinct from old.ended_because) then
        raise exception 'a mailing that has ended has ended' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger keep_mailing before update on mailings for each row execute function keep_mailing();
create trigger refuse_truncate before truncate on mailings for each statement execute function refuse_change();
create trigger refuse_change before update or delete on mailing_outcomes for each row execute function refuse_change();
create trigger refuse_truncate before truncate on mailing_outcomes for each statement execute function refuse_change();
"""

# Nothing said is the house, as for people (0023): the worker, and whoever presses the link in a letter. Where the console has
# said whom it sees, a mailing to others is not there, and none to others can be written.
WALLS = f"""
alter table mailings enable row level security;
alter table mailing_parts enable row level security;
alter table mailing_outcomes enable row level security;
create policy in_scope on mailings for select to {APP} using (
    (select scope_is_no_narrower()) or branches <@ (select scope_branches())
);
create policy written on mailings for insert to {APP} with check (
    (select scope_is_no_narrower()) or branches <@ (select scope_branches())
);
create policy changed on mailings for update to {APP} using (
    (select scope_is_no_narrower()) or branches <@ (select scope_branches())
);
create policy in_scope on mailing_parts to {APP} using (exists (select from mailings m where m.id = mailing_id))
    with check (exists (select from mailings m where m.id = mailing_id));
create policy in_scope on mailing_outcomes to {APP} using (exists (select from mailings m where m.id = mailing_id))
    with check (exists (select from mailings m where m.id = mailing_id));
"""


def upgrade() -> None:
    op.create_table(
        "mailings",
        sa.Column("id", UUID, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("branches", postgresql.ARRAY(UUID)),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", TEXT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("asked_authority_at", MOMENT),
        sa.Column("authorised_at", MOMENT),
        sa.Column("authorised_by", TEXT),
        sa.Column("rate", COUNT, nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("confirmed_by", TEXT),
        sa.Column("shown_count", COUNT),
        sa.Column("frozen_count", COUNT),
        sa.Column("stopped_at", MOMENT),
        sa.Column("stopped_by", TEXT),
        sa.Column("stopped_because", TEXT),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_because", TEXT),
        sa.CheckConstraint(
            "num_nonnulls(confirmed_at, confirmed_by, shown_count, frozen_count) in (0, 4)", name="ck_mailings_confirmed_whole"
        ),
        sa.CheckConstraint("num_nonnulls(authorised_at, authorised_by) in (0, 2)", name="ck_mailings_authorised_whole"),
        sa.CheckConstraint("num_nonnulls(stopped_at, stopped_by, stopped_because) in (0, 3)", name="ck_mailings_stopped_whole"),
        sa.CheckConstraint("num_nonnulls(ended_at, ended_because) in (0, 2)", name="ck_mailings_ended_whole"),
        sa.CheckConstraint(
            "kind <> 'campaign' or confirmed_at is null or authorised_at is not null",
            name="ck_mailings_no_campaign_without_authority",
        ),
        sa.CheckConstraint("rate between 1 and 6000", name="ck_mailings_rate_within_the_house"),
        sa.PrimaryKeyConstraint("id", name="pk_mailings"),
    )
    op.create_index("ix_mailings_going", "mailings", ["id"], postgresql_where="confirmed_at is not null and ended_at is null")
    op.create_table(
        "mailing_parts",
        sa.Column("mailing_id", UUID, nullable=False),
        sa.Column("number", COUNT, nullable=False),
        sa.Column("person_ids", postgresql.ARRAY(UUID), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_mailing_parts_mailing_id_mailings"),
        sa.PrimaryKeyConstraint("mailing_id", "number", name="pk_mailing_parts"),
    )
    op.create_table(
        "mailing_outcomes",
        sa.Column("mailing_id", UUID, nullable=False),
        sa.Column("number", COUNT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("sent", COUNT, nullable=False),
        sa.Column("skipped", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_mailing_outcomes_mailing_id_mailings"),
        sa.PrimaryKeyConstraint("mailing_id", "number", name="pk_mailing_outcomes"),
    )
    op.create_table(
        "bounces",
        sa.Column("id", UUID, nullable=False),
        sa.Column("letter_id", UUID, nullable=False),
        sa.Column("person_id", UUID),
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.Column("for_good", sa.Boolean(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_bounces_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_bounces"),
        sa.UniqueConstraint("letter_id", name="uq_bounces_letter_id"),
    )
    op.create_index("ix_bounces_person_id", "bounces", ["person_id"])
    op.create_index("ix_bounces_email_index", "bounces", ["email_index"])
    op.create_index("ix_consents_by_letter", "consents", ["source"], postgresql_where="source like 'mailing:%'")
    op.add_column("letters", sa.Column("refused_at", MOMENT))
    run = op.get_bind().connection.driver_connection.execute
    run(KEEPING)
    run(WALLS)
    run(f"grant select, insert, update ({MAY_CHANGE}) on mailings to {APP}")
    run(f"grant select, insert, delete on mailing_parts to {APP}")
    run(f"grant select, insert on mailing_outcomes to {APP}")
    run(f"grant select, insert, update (for_good, code, at), delete on bounces to {APP}")
    run(f"grant update (refused_at) on letters to {APP}")


def downgrade() -> None:
    raise NotImplementedError("Who authorised which letter, and who got it, cannot be told without these tables.")
