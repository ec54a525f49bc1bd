"""Taking part in policies: endorsements of a version, comments on a section, amendments with their support and decisions.

New tables; no lock matters. What the database refuses, to the application: a comment that says something else than it said, an
amendment that is edited, or deleted once it was opened; to everybody: a decision that is edited, deleted or truncated; two
endorsements of one version by one mailbox; support given twice.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = depends_on = None

APP = "hustings_app"
MOMENT, TEXT, UUID, COUNT = sa.DateTime(timezone=True), sa.String(), sa.Uuid(), sa.BigInteger()
DAY, YES, BYTES = sa.Date(), sa.Boolean(), sa.LargeBinary()


def upgrade() -> None:
    op.create_table(
        "policy_endorsements",
        sa.Column("id", UUID, nullable=False),
        sa.Column("key", UUID, nullable=False),
        sa.Column("version_id", UUID, nullable=False),
        sa.Column("person_id", UUID),
        sa.Column("mailbox_index", BYTES, nullable=False),
        sa.Column("display", TEXT, nullable=False),
        sa.Column("has_words", YES, nullable=False),
        sa.Column("sealed", BYTES, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("shown_at", MOMENT),
        sa.Column("shown_by", TEXT),
        sa.Column("hidden_at", MOMENT),
        sa.Column("hidden_by", TEXT),
        sa.Column("hidden_because", TEXT),
        sa.CheckConstraint("display in ('anonymous', 'first', 'full')", name="ck_policy_endorsements_display"),
        sa.CheckConstraint(
            "hidden_at is null or hidden_because is not null", name="ck_policy_endorsements_hidden_for_a_reason"
        ),
        sa.CheckConstraint("shown_at is null or confirmed_at is not null", name="ck_policy_endorsements_shown_once_confirmed"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["policy_versions.id"], name="fk_policy_endorsements_version_id_policy_versions"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_policy_endorsements_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_endorsements"),
        sa.UniqueConstraint("key", name="uq_policy_endorsements_key"),
    )
    op.create_table(
        "policy_comments",
        sa.Column("id", UUID, nullable=False),
        sa.Column("key", UUID, nullable=False),
        sa.Column("policy_id", UUID, nullable=False),
        sa.Column("version_id", UUID),
        sa.Column("draft_revision", COUNT),
        sa.Column("anchor", TEXT, nullable=False),
        sa.Column("parent_id", UUID),
        sa.Column("person_id", UUID),
        sa.Column("official_as", TEXT),
        sa.Column("stance", TEXT),
        sa.Column("display", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("needs_reply", YES, nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("shown_at", MOMENT),
        sa.Column("shown_by", TEXT),
        sa.Column("hidden_at", MOMENT),
        sa.Column("hidden_by", TEXT),
        sa.Column("hidden_because", TEXT),
        sa.Column("removed_at", MOMENT),
        sa.CheckConstraint("num_nulls(version_id, draft_revision) = 1", name="ck_policy_comments_of_a_version_or_the_draft"),
        sa.CheckConstraint("(stance is null) = (parent_id is not null)", name="ck_policy_comments_a_reply_takes_no_stance"),
        sa.CheckConstraint("official_as is null or parent_id is not null", name="ck_policy_comments_an_answer_answers"),
        sa.CheckConstraint("display in ('anonymous', 'first', 'full')", name="ck_policy_comments_display"),
        sa.CheckConstraint("hidden_at is null or hidden_because is not null", name="ck_policy_comments_hidden_for_a_reason"),
        sa.CheckConstraint(
            "removed_at is null or (body = '' and hidden_at is not null)", name="ck_policy_comments_removed_is_empty"
        ),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name="fk_policy_comments_policy_id_policies"),
        sa.ForeignKeyConstraint(["version_id"], ["policy_versions.id"], name="fk_policy_comments_version_id_policy_versions"),
        sa.ForeignKeyConstraint(["parent_id"], ["policy_comments.id"], name="fk_policy_comments_parent_id_policy_comments"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_policy_comments_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_comments"),
        sa.UniqueConstraint("person_id", "key", name="uq_policy_comments_person_id_key"),
    )
    op.create_table(
        "policy_amendments",
        sa.Column("id", UUID, nullable=False),
        sa.Column("key", UUID, nullable=False),
        sa.Column("policy_id", UUID, nullable=False),
        sa.Column("base_version_id", UUID, nullable=False),
        sa.Column("anchor", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("rationale", TEXT, nullable=False),
        sa.Column("rebase_of_id", UUID),
        sa.Column("person_id", UUID),
        sa.Column("display", TEXT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("opened_on", DAY),
        sa.Column("closes_on", DAY),
        sa.Column("eligible", COUNT),
        sa.Column("needed", COUNT),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("refused_at", MOMENT),
        sa.Column("refused_by", TEXT),
        sa.Column("refused_because", TEXT),
        sa.CheckConstraint(
            "num_nulls(opened_on, closes_on, eligible, needed) in (0, 4)", name="ck_policy_amendments_opened_whole"
        ),
        sa.CheckConstraint(
            "refused_at is null or refused_because is not null", name="ck_policy_amendments_refused_for_a_reason"
        ),
        sa.CheckConstraint("display in ('anonymous', 'first', 'full')", name="ck_policy_amendments_display"),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name="fk_policy_amendments_policy_id_policies"),
        sa.ForeignKeyConstraint(
            ["base_version_id"], ["policy_versions.id"], name="fk_policy_amendments_base_version_id_policy_versions"
        ),
        sa.ForeignKeyConstraint(
            ["rebase_of_id"], ["policy_amendments.id"], name="fk_policy_amendments_rebase_of_id_policy_amendments"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_policy_amendments_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_amendments"),
        sa.UniqueConstraint("person_id", "key", name="uq_policy_amendments_person_id_key"),
        sa.UniqueConstraint("rebase_of_id", name="uq_policy_amendments_rebase_of_id"),
    )
    op.create_table(
        "amendment_supports",
        sa.Column("id", UUID, nullable=False),
        sa.Column("amendment_id", UUID, nullable=False),
        sa.Column("person_id", UUID),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["policy_amendments.id"], name="fk_amendment_supports_amendment_id_policy_amendments"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_amendment_supports_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_amendment_supports"),
        sa.UniqueConstraint("amendment_id", "person_id", name="uq_amendment_supports_amendment_id_person_id"),
    )
    op.create_table(
        "amendment_decisions",
        sa.Column("amendment_id", UUID, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("decided_by", TEXT, nullable=False),
        sa.Column("decided_on", DAY, nullable=False),
        sa.Column("reasons", TEXT, nullable=False),
        sa.Column("body", TEXT),
        sa.Column("votes_for", COUNT),
        sa.Column("votes_against", COUNT),
        sa.Column("abstained", COUNT),
        sa.Column("eligible", COUNT),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("entered_by", TEXT, nullable=False),
        sa.CheckConstraint("outcome in ('accepted', 'accepted in part', 'declined')", name="ck_amendment_decisions_outcome"),
        sa.CheckConstraint("reasons <> ''", name="ck_amendment_decisions_reasons"),
        sa.CheckConstraint("(body is null) = (outcome = 'declined')", name="ck_amendment_decisions_body_of_the_accepted"),
        sa.CheckConstraint(
            "num_nulls(votes_for, votes_against, abstained, eligible) in (0, 4)", name="ck_amendment_decisions_votes_together"
        ),
        sa.CheckConstraint(
            "votes_for + votes_against + abstained <= eligible", name="ck_amendment_decisions_votes_of_the_eligible"
        ),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["policy_amendments.id"], name="fk_amendment_decisions_amendment_id_policy_amendments"
        ),
        sa.PrimaryKeyConstraint("amendment_id", name="pk_amendment_decisions"),
    )
    _indexes()
    _walls()


def _indexes() -> None:
    counted = "parent_id is null and shown_at is not null and hidden_at is null"
    waiting = "needs_reply and answered_at is null and shown_at is not null and hidden_at is null"
    held = "shown_at is null and hidden_at is null"
    for table, name, columns, where in (
        ("policy_endorsements", "version_id", ["version_id"], None),
        ("policy_endorsements", "person_id", ["person_id"], None),
        ("policy_endorsements", "mailbox_index", ["mailbox_index"], None),
        ("policy_endorsements", "listed", ["version_id", "confirmed_at", "id"], "has_words"),
        ("policy_endorsements", "unconfirmed", ["made_at"], "confirmed_at is null"),
        ("policy_endorsements", "held", ["id"], f"confirmed_at is not null and {held}"),
        ("policy_comments", "version_id", ["version_id"], None),
        ("policy_comments", "parent_id", ["parent_id"], None),
        ("policy_comments", "person_id", ["person_id"], None),
        ("policy_comments", "place", ["policy_id", "anchor", "id"], "parent_id is null"),
        ("policy_comments", "newest", ["policy_id", "id"], "parent_id is null"),
        ("policy_comments", "counted", ["policy_id", "anchor"], counted),
        ("policy_comments", "held", ["id"], held),
        ("policy_comments", "waiting", ["made_at"], waiting),
        ("policy_amendments", "policy_id", ["policy_id"], None),
        ("policy_amendments", "base_version_id", ["base_version_id"], None),
        ("policy_amendments", "person_id", ["person_id"], None),
        ("policy_amendments", "held", ["id"], "opened_on is null and refused_at is null"),
        ("policy_amendments", "closes_on", ["closes_on"], None),
        ("amendment_supports", "person_id", ["person_id"], None),
    ):
        op.create_index(f"ix_{table}_{name}", table, columns, postgresql_where=sa.text(where) if where else None)
    for name, column, where in (
        ("counted", "mailbox_index", "confirmed_at is not null"),
        ("member", "person_id", "person_id is not null"),
    ):
        op.create_index(
            f"uq_policy_endorsements_{name}",
            "policy_endorsements",
            ["version_id", column],
            unique=True,
            postgresql_where=sa.text(where),
        )


def _walls() -> None:
    judged = "shown_at, shown_by, hidden_at, hidden_by, hidden_because"
    op.execute(f"grant select, insert, delete, update (confirmed_at, {judged}) on policy_endorsements to {APP}")
    op.execute(
        f"grant select, insert, update (person_id, display, body, answered_at, removed_at, {judged})"
        f" on policy_comments to {APP}"
    )
    op.execute(
        "grant select, insert, delete, update (person_id, display, opened_on, closes_on, eligible, needed, withdrawn_at,"
        f" refused_at, refused_by, refused_because) on policy_amendments to {APP}"
    )
    op.execute(f"grant select, insert, delete, update (person_id) on amendment_supports to {APP}")
    op.execute(f"grant select, insert on amendment_decisions to {APP}")
    op.execute(
        "create trigger refuse_change before update or delete on amendment_decisions"
        " for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger refuse_truncate before truncate on amendment_decisions"
        " for each statement execute function refuse_change()"
    )
    op.execute("""
        create function keep_words() returns trigger language plpgsql as $$
        begin
            if new.body <> old.body and new.body <> '' then
                raise exception 'a comment says what it said, or nothing' using errcode = 'integrity_constraint_violation';
            end if;
            return new;
        end $$""")
    op.execute("create trigger keep_words before update of body on policy_comments for each row execute function keep_words()")
    op.execute("""
        create function keep_amendment() returns trigger language plpgsql as $$
        begin
            if old.opened_on is null then
                if tg_op = 'DELETE' then return old; end if;
                return new;
            end if;
            if tg_op = 'DELETE' or (new.opened_on, new.closes_on, new.eligible, new.needed)
                                   is distinct from (old.opened_on, old.closes_on, old.eligible, old.needed) then
                raise exception 'an amendment that was opened is kept' using errcode = 'integrity_constraint_violation';
            end if;
            return new;
        end $$""")
    op.execute(
        "create trigger keep_amendment before update or delete on policy_amendments"
        " for each row execute function keep_amendment()"
    )


def downgrade() -> None:
    raise NotImplementedError("What people said and decided stays: restore a backup instead.")
