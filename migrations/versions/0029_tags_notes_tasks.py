"""Tags, notes and tasks about people; segments, which name nobody; acts on many, in slices.

New tables only, nothing else is locked. Row-level security on what says something about a person (taggings, notes, tasks):
shown to whoever sees the person now, by the roster's own wall, so that it moves with a person from branch to branch. Tags and
segments of a branch are shown to that branch and to the whole party's officers.

What the database refuses: two live taggings of a person with one tag; to change who was tagged, what was noted or asked; to
have an organizer make tags or segments of another branch or of the whole party.
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = depends_on = None

APP = "hustings_app"

TABLES = """
create table tags (
    id uuid not null,
    name varchar not null,
    branch_id uuid,
    since date not null,
    until date,
    made_by varchar not null,
    constraint pk_tags primary key (id),
    constraint fk_tags_branch_id_branches foreign key (branch_id) references branches (id),
    constraint ck_tags_until_after_since check (until is null or until >= since)
);
create unique index uq_tags_name on tags (branch_id, name) nulls not distinct where until is null;

create table taggings (
    id uuid not null,
    tag_id uuid not null,
    person_id uuid not null,
    batch_id uuid,
    at timestamptz not null,
    by varchar not null,
    ended_at timestamptz,
    ended_by varchar,
    ended_batch_id uuid,
    constraint pk_taggings primary key (id),
    constraint fk_taggings_tag_id_tags foreign key (tag_id) references tags (id),
    constraint fk_taggings_person_id_people foreign key (person_id) references people (id),
    constraint ck_taggings_ended_by_somebody check ((ended_at is null) = (ended_by is null))
);
create unique index uq_taggings_live on taggings (tag_id, person_id) where ended_at is null;
create index ix_taggings_person_id on taggings (person_id, tag_id);
create index ix_taggings_batch_id on taggings (batch_id, id) where batch_id is not null;
create index ix_taggings_ended_batch_id on taggings (ended_batch_id, id) where ended_batch_id is not null;

create table notes (
    id uuid not null,
    person_id uuid not null,
    kind varchar not null,
    "on" date not null,
    at timestamptz not null,
    by varchar not null,
    office varchar not null,
    sealed bytea not null,
    constraint pk_notes primary key (id),
    constraint fk_notes_person_id_people foreign key (person_id) references people (id)
);
create index ix_notes_person_id on notes (person_id, id);

create table tasks (
    id uuid not null,
    person_id uuid not null,
    due_on date,
    assigned_to uuid not null,
    batch_id uuid,
    set_at timestamptz not null,
    set_by varchar not null,
    done_at timestamptz,
    done_by varchar,
    dropped_at timestamptz,
    dropped_by varchar,
    sealed bytea not null,
    constraint pk_tasks primary key (id),
    constraint fk_tasks_person_id_people foreign key (person_id) references people (id),
    constraint fk_tasks_assigned_to_people foreign key (assigned_to) references people (id),
    constraint ck_tasks_one_end check (num_nonnulls(done_at, dropped_at) <= 1)
);
create index ix_tasks_person_id on tasks (person_id, id);
create index ix_tasks_open on tasks (assigned_to, due_on, id) where done_at is null and dropped_at is null;
create index ix_tasks_batch_id on tasks (batch_id, id) where batch_id is not null;

create table segments (
    id uuid not null,
    name varchar not null,
    branch_id uuid,
    parts jsonb not null,
    made_at timestamptz not null,
    made_by varchar not null,
    ended_at timestamptz,
    ended_by varchar,
    constraint pk_segments primary key (id),
    constraint fk_segments_branch_id_branches foreign key (branch_id) references branches (id)
);
create unique index uq_segments_name on segments (branch_id, name) nulls not distinct where ended_at is null;

create table bulk_acts (
    id uuid not null,
    kind varchar not null,
    asked_by uuid not null,
    asked jsonb not null,
    picked uuid[],
    tag_id uuid,
    assigned_to uuid,
    due_on date,
    sealed bytea,
    people bigint not null,
    same bigint not null,
    digest varchar not null,
    looked_at timestamptz not null,
    confirmed_at timestamptz,
    begun_at timestamptz,
    done_at timestamptz,
    stopped_at timestamptz,
    stopped_because varchar,
    passed bigint not null,
    changed bigint not null,
    undo_at timestamptz,
    undo_by uuid,
    undone_at timestamptz,
    taken_back bigint not null,
    constraint pk_bulk_acts primary key (id),
    constraint fk_bulk_acts_tag_id_tags foreign key (tag_id) references tags (id),
    constraint ck_bulk_acts_one_end check (num_nonnulls(done_at, stopped_at) <= 1)
);
create index ix_bulk_acts_tag_id on bulk_acts (tag_id);
create index ix_bulk_acts_asked_by on bulk_acts (asked_by, looked_at);
create index ix_bulk_acts_looked_at on bulk_acts (looked_at) where confirmed_at is null;

create table bulk_slices (
    id uuid not null,
    act_id uuid not null,
    people uuid[] not null,
    constraint pk_bulk_slices primary key (id),
    constraint fk_bulk_slices_act_id_bulk_acts foreign key (act_id) references bulk_acts (id)
);
create index ix_bulk_slices_act_id on bulk_slices (act_id, id);
"""

# The person is in sight, or whoever their record is part of: the roster has a wall of its own. Two questions, so that who was
# never merged is looked up on the roster alone. Oneself may look (the file of everything) and be forgotten, not write.
IN_SIGHT = """(select scope_is_all())
    or ((select scope_self()) is null and (
        exists (select from roster r where r.person_id = {table}.person_id)
        or exists (
            select from people p join roster r on r.person_id = p.same_as
             where p.id = {table}.person_id and p.same_as is not null
        )
    ))"""


def upgrade() -> None:
    # Run as it stands: the text has braces and percent signs that are not parameters.
    run = op.get_bind().connection.driver_connection.execute
    run(TABLES)
    for table in ("taggings", "notes", "tasks"):
        seen = IN_SIGHT.format(table=table)
        run(f"""
            alter table {table} enable row level security;
            create policy in_scope on {table} for select to {APP} using ({seen} or person_id = (select scope_self()));
            create policy written on {table} for insert to {APP} with check ({seen});
            create policy changed on {table} for update to {APP} using ({seen});
            create policy forgotten on {table} for delete to {APP} using (person_id = (select scope_self()));
        """)
    for table in ("tags", "segments"):
        theirs = "(select scope_is_no_narrower()) or branch_id = any ((select scope_branches())::uuid[])"
        run(f"""
            alter table {table} enable row level security;
            create policy in_scope on {table} for select to {APP} using (branch_id is null or {theirs});
            create policy written on {table} for insert to {APP} with check ({theirs});
            create policy changed on {table} for update to {APP} using ({theirs});
        """)
    run(f"""
        grant select, insert on tags, segments, bulk_acts to {APP};
        grant select, insert, delete on taggings, notes, tasks, bulk_slices to {APP};
        grant update (until) on tags to {APP};
        grant update (ended_at, ended_by, ended_batch_id) on taggings to {APP};
        grant update (done_at, done_by, dropped_at, dropped_by) on tasks to {APP};
        grant update (name, parts, ended_at, ended_by) on segments to {APP};
        grant update (
            picked, sealed, people, same, digest, confirmed_at, begun_at, done_at, stopped_at, stopped_because, passed, changed,
            undo_at, undo_by, undone_at, taken_back
        ) on bulk_acts to {APP};
    """)


def downgrade() -> None:
    raise NotImplementedError("What was noted about people is not thrown away: restore a backup instead.")
