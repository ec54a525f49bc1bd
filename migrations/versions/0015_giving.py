"""Donors, donations and what stands behind them, what became of them, duties, loans.

New tables, and an index for which `payments` is read once while nothing is written to it. What the database refuses: a
donation, a contribution, a move or a loan that is edited or deleted, by the application or by the owner.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = depends_on = None

APP = "hustings_app"
MOMENT, TEXT, UUID, CENTS = sa.DateTime(timezone=True), sa.String(), sa.Uuid(), sa.BigInteger()

MAY_CHANGE = {
    "donors": "sealed, person_id, email_index, identity_index",
    "donations": "received_on, told_on, sealed",
    "donation_duties": "cents, cites, sentence, due_on, closed_at, closed_by, closed_because",
}
ADDED_ONLY = ("contributions", "donation_moves", "loans", "loan_repayments")
HAS_SEALED = ("contributions", "donation_moves", "loans")

FUNCTION = """
create function keep_donations() returns trigger language plpgsql as $$
declare
    facts text[] := array['received_on', 'told_on', 'sealed'];
begin
    if tg_op = 'DELETE' or to_jsonb(new) - facts <> to_jsonb(old) - facts
       or (old.received_on is not null and new.received_on is distinct from old.received_on)
       or (old.told_on is not null and new.told_on is distinct from old.told_on) then
        raise exception 'donations are kept as they were given' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    donors()
    donations()
    loans()
    op.create_index("ix_payments_declined", "payments", ["declined_at"], postgresql_where="declined_at is not null")
    for table, columns in MAY_CHANGE.items():
        op.execute(f"grant select, insert, update ({columns}) on {table} to {APP}")
    for table in ADDED_ONLY:
        op.execute(f"grant select, insert on {table} to {APP}")
        kept = "'sealed'" if table in HAS_SEALED else ""
        refuses = f"for each row execute function refuse_change({kept})"
        op.execute(f"create trigger refuse_change before update or delete on {table} {refuses}")
    op.execute(FUNCTION)
    op.execute("create trigger keep before update or delete on donations for each row execute function keep_donations()")
    for table in ("donations", *ADDED_ONLY):
        op.execute(
            f"create trigger refuse_truncate before truncate on {table} for each statement execute function refuse_change()"
        )


def donors() -> None:
    op.create_table(
        "donors",
        sa.Column("id", UUID, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("person_id", UUID),
        sa.Column("email_index", sa.LargeBinary()),
        sa.Column("identity_index", sa.LargeBinary()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_donors_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donors")),
    )
    for column in ("person_id", "email_index", "identity_index"):
        op.create_index(op.f(f"ix_donors_{column}"), "donors", [column])


def donations() -> None:
    op.create_table(
        "donations",
        sa.Column("id", UUID, nullable=False),
        sa.Column("donor_id", UUID),
        sa.Column("payment_id", UUID),
        sa.Column("form", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("above", sa.Boolean(), nullable=False),
        sa.Column("overseas", sa.Boolean(), nullable=False),
        sa.Column("cents", CENTS, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("worth_cents", CENTS),
        sa.Column("price_cents", CENTS),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("offered_by", TEXT, nullable=False),
        sa.Column("sent_on", sa.Date()),
        sa.Column("received_on", sa.Date()),
        sa.Column("told_on", sa.Date()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.CheckConstraint("cents > 0", name=op.f("ck_donations_positive")),
        sa.CheckConstraint("(payment_id is null) = (form <> 'money')", name=op.f("ck_donations_money_is_paid")),
        sa.ForeignKeyConstraint(["donor_id"], ["donors.id"], name=op.f("fk_donations_donor_id_donors")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_donations_payment_id_payments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donations")),
    )
    op.create_index(op.f("ix_donations_donor_id"), "donations", ["donor_id"])
    op.create_index(op.f("ix_donations_payment_id"), "donations", ["payment_id"])
    op.create_index("ix_donations_received_on", "donations", ["received_on"])
    op.create_index("ix_donations_above", "donations", ["payment_id"], unique=True, postgresql_where="above")
    op.create_table(
        "contributions",
        sa.Column("id", UUID, nullable=False),
        sa.Column("donation_id", UUID, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("cents", CENTS, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("overseas", sa.Boolean(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("identity_index", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.CheckConstraint("cents > 0", name=op.f("ck_contributions_positive")),
        sa.ForeignKeyConstraint(["donation_id"], ["donations.id"], name=op.f("fk_contributions_donation_id_donations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributions")),
        sa.UniqueConstraint("donation_id", "position", name=op.f("uq_contributions_donation_id_position")),
    )
    op.create_index(op.f("ix_contributions_identity_index"), "contributions", ["identity_index"])
    op.create_table(
        "donation_moves",
        sa.Column("id", UUID, nullable=False),
        sa.Column("donation_id", UUID, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("cents", CENTS, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("cause", TEXT, nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.CheckConstraint("cents <> 0", name=op.f("ck_donation_moves_not_zero")),
        sa.ForeignKeyConstraint(["donation_id"], ["donations.id"], name=op.f("fk_donation_moves_donation_id_donations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation_moves")),
        sa.UniqueConstraint("donation_id", "cause", name=op.f("uq_donation_moves_donation_id_cause")),
    )
    op.create_table(
        "donation_duties",
        sa.Column("id", UUID, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("donation_id", UUID),
        sa.Column("cents", CENTS, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("cites", TEXT, nullable=False),
        sa.Column("sentence", TEXT, nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("closed_at", MOMENT),
        sa.Column("closed_by", TEXT),
        sa.Column("closed_because", TEXT),
        sa.ForeignKeyConstraint(["donation_id"], ["donations.id"], name=op.f("fk_donation_duties_donation_id_donations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation_duties")),
    )
    op.create_index(op.f("ix_donation_duties_subject"), "donation_duties", ["subject"])
    op.create_index(op.f("ix_donation_duties_donation_id"), "donation_duties", ["donation_id"])
    op.create_index(
        "uq_donation_duties_open", "donation_duties", ["kind", "subject"], unique=True, postgresql_where="closed_at is null"
    )
    op.create_index("ix_donation_duties_due", "donation_duties", ["due_on"], postgresql_where="closed_at is null")


def loans() -> None:
    op.create_table(
        "loans",
        sa.Column("id", UUID, nullable=False),
        sa.Column("lender_id", UUID, nullable=False),
        sa.Column("cents", CENTS, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("from_bank", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", TEXT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_loans_positive")),
        sa.ForeignKeyConstraint(["lender_id"], ["donors.id"], name=op.f("fk_loans_lender_id_donors")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loans")),
    )
    op.create_index(op.f("ix_loans_lender_id"), "loans", ["lender_id"])
    op.create_index(op.f("ix_loans_entered_on"), "loans", ["entered_on"])
    op.create_table(
        "loan_repayments",
        sa.Column("id", UUID, nullable=False),
        sa.Column("loan_id", UUID, nullable=False),
        sa.Column("cents", CENTS, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("forgiven_as", UUID),
        sa.CheckConstraint("cents > 0", name=op.f("ck_loan_repayments_positive")),
        sa.ForeignKeyConstraint(["forgiven_as"], ["donations.id"], name=op.f("fk_loan_repayments_forgiven_as_donations")),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_loan_repayments_loan_id_loans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_repayments")),
    )
    op.create_index(op.f("ix_loan_repayments_loan_id"), "loan_repayments", ["loan_id"])
    op.create_index(op.f("ix_loan_repayments_forgiven_as"), "loan_repayments", ["forgiven_as"])


def downgrade() -> None:
    raise NotImplementedError("Restore a backup instead.")
