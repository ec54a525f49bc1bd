"""The owner of the tables, and nobody else, may put a value that is kept as it was under a later key.

Functions are replaced in place: no table is locked.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = depends_on = None

# A table that refuses change and has a sealed column names it: `execute function refuse_change('sealed')`.
FUNCTIONS = """
create function is_sealing_anew(relation oid, was jsonb, becomes jsonb, sealed text) returns boolean
    language sql stable set search_path = public, pg_temp as $$
    select current_user = (select pg_get_userbyid(relowner) from pg_class where oid = relation)
       and was - sealed = becomes - sealed
       -- `\\x`, the key number as two digits, then as many bytes as before.
       and length(was ->> sealed) = length(becomes ->> sealed)
       and substr(becomes ->> sealed, 3, 2) > substr(was ->> sealed, 3, 2)
$$;

create or replace function refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and tg_nargs = 1 then
        if is_sealing_anew(tg_relid, to_jsonb(old), to_jsonb(new), tg_argv[0]) then
            return new;
        end if;
    end if;
    raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;

create or replace function keep_declarations() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if is_sealing_anew(tg_relid, to_jsonb(old), to_jsonb(new), 'sealed') then
            return new;
        end if;
    -- Seven years after the membership ended (app/law/nz/electoral_act.py, RECORDS_YEARS).
    elsif exists (
        select from memberships m where m.id = old.membership_id and m.ended_on < current_date - interval '7 years'
    ) then
        return old;
    end if;
    raise exception 'declarations are kept as they were signed' using errcode = 'integrity_constraint_violation';
end $$;
"""


def upgrade() -> None:
    # Run as it stands: the text has percent signs that are not parameters.
    op.get_bind().connection.driver_connection.execute(FUNCTIONS)


def downgrade() -> None:
    raise NotImplementedError("Restore a backup instead.")
