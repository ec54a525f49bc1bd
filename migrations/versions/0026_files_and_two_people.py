"""Acts that two people are asked about; files of people, who was in each; and supporters who are to be erased.

New tables; no lock matters. What the database refuses: that whoever asked for an act agrees to it, that an answer is changed or
both are said, that it is begun before it was agreed to; to change what a file was asked for; to read who is in files but by one
person’s id; and to forget before a year has passed.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = depends_on = None

APP = "hustings_app"
MOMENT, TEXT, UUID, COUNT = sa.DateTime(timezone=True), sa.String(), sa.Uuid(), sa.BigInteger()

# Once said of an act, it stays said.
SAID_ONCE = """
create function said_once() returns trigger language plpgsql as $$
declare
    added text[] := tg_argv;
    before jsonb := to_jsonb(old);
    name text;
begin
    if tg_op = 'DELETE' or to_jsonb(new) - added <> before - added then
        raise exception '% are kept as they were', tg_table_name using errcode = 'integrity_constraint_violation';
    end if;
    foreach name in array added loop
        if before -> name <> 'null' and to_jsonb(new) -> name <> before -> name then
            raise exception '% of % is said once', name, tg_table_name using errcode = 'integrity_constraint_violation';
        end if;
    end loop;
    return new;
end $$
"""

# The last eight bytes of an id: the random half of it, and the lowest bits of what its maker chose.
TAIL = """
create function person_tail(id uuid) returns bigint language sql immutable strict parallel safe as $$
    select substr(uuid_send(id), 9, 8)::bigint
$$;

create function files_with(person uuid) returns setof uuid language sql stable
    security definer set search_path = public, pg_temp as $$
    select f.id from files_of_names f cross join lateral (
        select n.people from names_in_files n
         where n.file_id = f.id and n.first <= person_tail(person) order by n.first desc limit 1
    ) n where person_tail(person) = any(n.people)
$$;

create function expire_files_of_names() returns bigint language plpgsql
    security definer set search_path = public, pg_temp as $$
declare
    gone bigint;
begin
    delete from files_of_names where at < current_timestamp - interval '366 days';
    get diagnostics gone = row_count;
    -- Also what is left of files that were never whole. A file that is being written is younger than a day.
    delete from names_in_files n
     where uuid_extract_timestamp(n.file_id) < current_timestamp - interval '1 day'
       and not exists (select from files_of_names f where f.id = n.file_id);
    return gone;
end $$;
"""


def upgrade() -> None:
    op.execute(SAID_ONCE)
    op.create_table(
        "agreements",
        sa.Column("id", UUID, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("subject_id", UUID, nullable=False),
        sa.Column("sentence", TEXT, nullable=False),
        sa.Column("people", COUNT),
        sa.Column("asked_by_id", UUID, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("agreed_at", MOMENT),
        sa.Column("agreed_by_id", UUID),
        sa.Column("refused_at", MOMENT),
        sa.Column("refused_by_id", UUID),
        sa.Column("refused_because", TEXT),
        sa.Column("done_at", MOMENT),
        sa.CheckConstraint("agreed_by_id <> asked_by_id", name="ck_agreements_two_people"),
        sa.CheckConstraint("agreed_at is null or refused_at is null", name="ck_agreements_one_answer"),
        sa.CheckConstraint("agreed_at < expires_at", name="ck_agreements_in_time"),
        sa.CheckConstraint("(agreed_at is null) = (agreed_by_id is null)", name="ck_agreements_agreed_by"),
        sa.CheckConstraint("(refused_at is null) = (refused_by_id is null)", name="ck_agreements_refused_by"),
        sa.CheckConstraint("done_at is null or agreed_at is not null", name="ck_agreements_agreed_before_done"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"], name="fk_agreements_asked_by_id_people"),
        sa.ForeignKeyConstraint(["agreed_by_id"], ["people.id"], name="fk_agreements_agreed_by_id_people"),
        sa.ForeignKeyConstraint(["refused_by_id"], ["people.id"], name="fk_agreements_refused_by_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_agreements"),
    )
    for column in ("asked_by_id", "agreed_by_id", "refused_by_id", "asked_at"):
        op.create_index(f"ix_agreements_{column}", "agreements", [column])
    op.create_index("uq_agreements_kind_subject_id", "agreements", ["kind", "subject_id"], unique=True)
    answers = ("agreed_at", "agreed_by_id", "refused_at", "refused_by_id", "refused_because", "done_at")
    op.execute(
        "create trigger said_once before update or delete on agreements for each row"
        f" execute function said_once({', '.join(answers)})"
    )

    op.create_table(
        "exports",
        sa.Column("id", UUID, nullable=False),
        sa.Column("asked_by_id", UUID, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("whom", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("bom", sa.Boolean(), nullable=False),
        sa.Column("expected", COUNT, nullable=False),
        sa.Column("sketch", postgresql.ARRAY(COUNT)),
        sa.Column("agreement_id", UUID),
        sa.Column("begun_at", MOMENT),
        sa.Column("counted", COUNT),
        sa.Column("progress", COUNT),
        sa.Column("written_at", MOMENT),
        sa.Column("rows", COUNT),
        sa.Column("bytes", COUNT),
        sa.Column("digest", TEXT),
        sa.Column("file_id", UUID),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("office", TEXT),
        sa.Column("expires_at", MOMENT),
        sa.Column("taken_at", MOMENT),
        sa.Column("refused_at", MOMENT),
        sa.Column("refused_because", TEXT),
        sa.Column("removed_at", MOMENT),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"], name="fk_exports_asked_by_id_people"),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name="fk_exports_agreement_id_agreements"),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
    )
    for column in ("asked_by_id", "agreement_id", "asked_at"):
        op.create_index(f"ix_exports_{column}", "exports", [column])

    op.create_table(
        "files_of_names",
        sa.Column("id", UUID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("office", TEXT, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("names", COUNT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_files_of_names"),
    )
    op.create_index("ix_files_of_names_at", "files_of_names", ["at"])
    op.create_table(
        "names_in_files",
        sa.Column("file_id", UUID, nullable=False),
        sa.Column("first", COUNT, nullable=False),
        sa.Column("people", postgresql.ARRAY(COUNT), nullable=False),
        sa.PrimaryKeyConstraint("file_id", "first", name="pk_names_in_files"),
    )
    op.create_table(
        "erasings",
        sa.Column("id", UUID, nullable=False),
        sa.Column("asked_by_id", UUID, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("whom", TEXT, nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("people", COUNT, nullable=False),
        sa.Column("kept", COUNT, nullable=False),
        sa.Column("agreement_id", UUID),
        sa.Column("binned_at", MOMENT),
        sa.Column("due_on", sa.Date()),
        sa.Column("taken_back_at", MOMENT),
        sa.Column("taken_back_by", TEXT),
        sa.Column("done_at", MOMENT),
        sa.Column("erased", COUNT),
        sa.Column("spared", COUNT),
        sa.CheckConstraint("taken_back_at is null or done_at is null", name="ck_erasings_taken_back_or_done"),
        sa.CheckConstraint("done_at is null or due_on is not null", name="ck_erasings_binned_before_done"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"], name="fk_erasings_asked_by_id_people"),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name="fk_erasings_agreement_id_agreements"),
        sa.PrimaryKeyConstraint("id", name="pk_erasings"),
    )
    for column in ("asked_by_id", "agreement_id"):
        op.create_index(f"ix_erasings_{column}", "erasings", [column])
    op.create_table(
        "erasing_people",
        sa.Column("erasing_id", UUID, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("over_at", MOMENT),
        sa.Column("erased", sa.Boolean()),
        sa.ForeignKeyConstraint(["erasing_id"], ["erasings.id"], name="fk_erasing_people_erasing_id_erasings"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_erasing_people_person_id_people"),
        sa.PrimaryKeyConstraint("erasing_id", "person_id", name="pk_erasing_people"),
    )
    op.create_index("ix_erasing_people_person_id", "erasing_people", ["person_id"])
    # Supporters are of no branch: who sees branches only sees none of them.
    op.execute("alter table erasing_people enable row level security")
    op.execute(
        f"create policy in_scope on erasing_people for select to {APP}"
        " using ((select scope_is_all()) or person_id = (select scope_self()))"
    )
    op.execute(f"create policy written on erasing_people for insert to {APP} with check ((select scope_is_all()))")
    op.execute(f"create policy changed on erasing_people for update to {APP} using ((select scope_is_all()))")
    for table, added in (
        ("erasings", ("agreement_id", "binned_at", "due_on", "taken_back_at", "taken_back_by", "done_at", "erased", "spared")),
        ("erasing_people", ("over_at", "erased")),
    ):
        op.execute(
            f"create trigger said_once before update or delete on {table} for each row"
            f" execute function said_once({', '.join(added)})"
        )
        op.execute(f"grant select, insert, update ({', '.join(added)}) on {table} to {APP}")

    op.get_bind().connection.driver_connection.execute(TAIL)
    for function in ("files_with(uuid)", "expire_files_of_names()"):
        op.execute(f"revoke execute on function {function} from public")
        op.execute(f"grant execute on function {function} to {APP}")

    op.execute(f"grant select, insert on agreements, exports, files_of_names to {APP}")
    op.execute(f"grant insert on names_in_files to {APP}")
    op.execute(f"grant update ({', '.join(answers)}) on agreements to {APP}")
    op.execute(
        f"grant update (begun_at, counted, progress, written_at, rows, bytes, digest, file_id, sealed, office, expires_at,"
        f" taken_at, refused_at, refused_because, removed_at) on exports to {APP}"
    )


def downgrade() -> None:
    raise NotImplementedError("Who was in a file is not forgotten by going back: restore a backup instead.")
