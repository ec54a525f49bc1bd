"""What was said of a donation may be emptied and never rewritten, also by the application; so may whose money stood behind it.

Indexes of the offers that have not come and are not forgotten, and of the cards that were refused: making them reads
`donations` and `stripe_events` once, while nothing is written to them.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = depends_on = None

# Whoever owns the tables may seal a value anew under a later key (0011).
KEEP_SAID = """
create function keep_said() returns trigger language plpgsql as $$
begin
    if new.sealed is distinct from old.sealed and new.sealed is not null
       and not is_sealing_anew(tg_relid, to_jsonb(old), to_jsonb(new), 'sealed') then
        raise exception 'what was said of % is kept as it was said', tg_table_name
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$
"""
KEEP_CONTRIBUTIONS = """
create function keep_contributions() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or to_jsonb(new) - 'sealed' <> to_jsonb(old) - 'sealed' then
        raise exception 'contributions are kept as they were told' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    op.create_index(
        "ix_donations_offers", "donations", ["donor_id"], postgresql_where="received_on is null and sealed is not null"
    )
    op.create_index(
        "ix_stripe_events_refused", "stripe_events", ["received_at"], postgresql_where="type = 'payment_intent.payment_failed'"
    )
    op.execute(KEEP_SAID)
    op.execute(KEEP_CONTRIBUTIONS)
    op.execute("drop trigger refuse_change on contributions")
    op.execute(
        "create trigger keep before update or delete on contributions for each row execute function keep_contributions()"
    )
    for table in ("contributions", "donations"):
        op.execute(f"create trigger keep_said before update of sealed on {table} for each row execute function keep_said()")
    op.execute("grant update (sealed) on contributions to hustings_app")


def downgrade() -> None:
    raise NotImplementedError("Restore a backup instead.")
