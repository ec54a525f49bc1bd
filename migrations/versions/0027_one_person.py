"""Two records that are one person: who said so, that it can be taken back, and which pairs may be.

New tables, three columns on people (no default is written: no table is rewritten), the roster's view and functions anew. Adding
the columns and the triggers locks people for a moment. Whom a record is part of is worked out by one trigger from `merges`;
the application's role cannot say it on people itself.

What the database refuses: a record that is said to be two others at once, a merge that is deleted or taken back twice, and to
show a pair, or a merge, to a transaction that does not see both of it.
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = depends_on = None

APP = "hustings_app"

TABLES = """
alter table people add column same_as uuid constraint fk_people_same_as_people references people (id);
alter table people add column same_since timestamptz;
alter table people add column same_proven boolean;
create index ix_people_same_as on people (same_as) where same_as is not null;

create table people_likenesses (
    person_id uuid not null,
    name_born bigint,
    phone bigint,
    mailbox bigint,
    home bigint,
    constraint pk_people_likenesses primary key (person_id),
    constraint fk_people_likenesses_person_id_people foreign key (person_id) references people (id)
);
create index ix_people_likenesses_name_born on people_likenesses (name_born) where name_born is not null;
create index ix_people_likenesses_phone on people_likenesses (phone) where phone is not null;
create index ix_people_likenesses_mailbox on people_likenesses (mailbox) where mailbox is not null;
create index ix_people_likenesses_home on people_likenesses (home) where home is not null;

create table likely_pairs (
    a_id uuid not null,
    b_id uuid not null,
    why varchar[] not null,
    found_at timestamptz not null,
    apart_at timestamptz,
    apart_by varchar,
    constraint pk_likely_pairs primary key (a_id, b_id),
    constraint fk_likely_pairs_a_id_people foreign key (a_id) references people (id),
    constraint fk_likely_pairs_b_id_people foreign key (b_id) references people (id),
    constraint ck_likely_pairs_once check (a_id < b_id)
);
create index ix_likely_pairs_b_id on likely_pairs (b_id);
create index ix_likely_pairs_undecided on likely_pairs (found_at, a_id, b_id) where apart_at is null;

create table merges (
    id uuid not null,
    kept_id uuid not null,
    gone_id uuid not null,
    at timestamptz not null,
    by varchar not null,
    sealed bytea,
    ended_membership_id uuid,
    proven_at timestamptz,
    undone_at timestamptz,
    undone_by varchar,
    constraint pk_merges primary key (id),
    constraint fk_merges_kept_id_people foreign key (kept_id) references people (id),
    constraint fk_merges_gone_id_people foreign key (gone_id) references people (id),
    constraint fk_merges_ended_membership_id_memberships foreign key (ended_membership_id) references memberships (id),
    constraint ck_merges_two check (kept_id <> gone_id)
);
create index ix_merges_kept_id on merges (kept_id);
create index ix_merges_gone_id on merges (gone_id);
create unique index uq_merges_in_force on merges (gone_id) where undone_at is null;
"""

SAYING = """
-- Whom each record is part of: the end of the chain of merges in force that begins at it. Worked out anew for whoever the
-- merge was about and whoever is part of the same person.
create function merges_say() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    with recursive about (id) as (
        select new.gone_id
        union select p.id from people p where p.same_as in (
            new.gone_id, new.kept_id, (select k.same_as from people k where k.id = new.kept_id)
        )
    ), up (id, top, since, proven) as (
        select a.id, m.kept_id, m.at, m.proven_at is not null
          from about a join merges m on m.gone_id = a.id and m.undone_at is null
        union all
        select up.id, m.kept_id, greatest(up.since, m.at), up.proven and m.proven_at is not null
          from up join merges m on m.gone_id = up.top and m.undone_at is null
    ), said as (
        select a.id, t.top, t.since, t.proven
          from about a left join lateral (
              select up.* from up where up.id = a.id
                 and not exists (select from merges m where m.gone_id = up.top and m.undone_at is null)
          ) t on true
    )
    update people p set (same_as, same_since, same_proven) = (s.top, s.since, s.proven)
      from said s where p.id = s.id and (p.same_as, p.same_since, p.same_proven) is distinct from (s.top, s.since, s.proven);
    return null;
end $$;
create trigger say after insert or update on merges for each row execute function merges_say();

create function merges_stay() returns trigger language plpgsql as $$
begin
    if old.undone_at is distinct from new.undone_at and old.undone_at is not null then
        raise exception 'a merge is taken back once' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger stay before update on merges for each row execute function merges_stay();
create trigger refuse_delete before delete on merges for each row execute function refuse_change();
create trigger refuse_truncate before truncate on merges for each statement execute function refuse_change();

-- Who is forgotten takes nobody along whose own mailbox has not said that they are one: that record is by itself again.
create function merges_let_go() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    update merges m set undone_at = clock_timestamp(), undone_by = 'system', sealed = null
      from people g
     where m.kept_id = new.id and m.undone_at is null and g.id = m.gone_id and g.erased_at is null;
    update merges set sealed = null where new.id in (kept_id, gone_id) and sealed is not null;
    return null;
end $$;
create trigger let_go after update of erased_at on people for each row
    when (old.erased_at is null and new.erased_at is not null) execute function merges_let_go();
"""

LIKENESS = """
-- Which pairs these people are half of: written when a likeness is. A value that seven share says nothing of any two.
create function likely_pairs_find(ids uuid[]) returns void language sql
    security definer set search_path = public, pg_temp as $$
    with alike (one, other, why) as (
        select l.person_id, unnest(g.few), 'name and birth date' from people_likenesses l cross join lateral (
            select array(select person_id from people_likenesses o where o.name_born = l.name_born limit 7) as few
        ) g where l.person_id = any(ids) and cardinality(g.few) < 7
        union all
        select l.person_id, unnest(g.few), 'phone' from people_likenesses l cross join lateral (
            select array(select person_id from people_likenesses o where o.phone = l.phone limit 7) as few
        ) g where l.person_id = any(ids) and cardinality(g.few) < 7
        union all
        select l.person_id, unnest(g.few), 'mailbox' from people_likenesses l cross join lateral (
            select array(select person_id from people_likenesses o where o.mailbox = l.mailbox limit 7) as few
        ) g where l.person_id = any(ids) and cardinality(g.few) < 7
        union all
        select l.person_id, unnest(g.few), 'first name and address' from people_likenesses l cross join lateral (
            select array(select person_id from people_likenesses o where o.home = l.home limit 7) as few
        ) g where l.person_id = any(ids) and cardinality(g.few) < 7
    ), found (a, b, why) as (
        -- Of a record that is part of somebody, that person is asked about; not if the two records were set apart themselves.
        select least(p.root, q.root), greatest(p.root, q.root), array_agg(distinct why order by why)
          from alike
         cross join lateral (select coalesce(same_as, id) as root from people where id = one) p
         cross join lateral (select coalesce(same_as, id) as root from people where id = other) q
         where one <> other and p.root <> q.root
           and not exists (
               select from likely_pairs d
                where d.a_id = least(one, other) and d.b_id = greatest(one, other) and d.apart_at is not null
           )
         group by 1, 2 order by 1, 2
    ), said as (
        insert into likely_pairs (a_id, b_id, why, found_at) select a, b, why, clock_timestamp() from found
        on conflict (a_id, b_id) do update set why = excluded.why
         where likely_pairs.apart_at is null and likely_pairs.why is distinct from excluded.why
    )
    delete from likely_pairs l
     where l.apart_at is null and (l.a_id = any(ids) or l.b_id = any(ids))
       and not exists (select from found f where f.a = l.a_id and f.b = l.b_id)
       and not exists (select from people p where p.id in (l.a_id, l.b_id) and p.same_as is not null)
$$;

create function likely_pairs_follow() returns trigger language plpgsql as $$
declare ids uuid[];
begin
    if current_setting('hustings.roster', true) is not distinct from 'later' then
        return null;  -- many at once; merging.services.find_pairs goes through them
    end if;
    if tg_op = 'INSERT' then
        ids := (select array_agg(person_id) from changed);
    else
        ids := (select array_agg(c.person_id) from changed c join was w using (person_id)
                 where (c.name_born, c.phone, c.mailbox, c.home) is distinct from (w.name_born, w.phone, w.mailbox, w.home));
    end if;
    if ids is not null then
        perform likely_pairs_find(ids);
    end if;
    return null;
end $$;
-- Who is forgotten is half of no pair.
create function likely_pairs_forget() returns trigger language plpgsql
    security definer set search_path = public, pg_temp as $$
begin
    delete from likely_pairs where a_id = old.person_id or b_id = old.person_id;
    return null;
end $$;
create trigger pairs_forget after delete on people_likenesses for each row execute function likely_pairs_forget();
create trigger pairs_follow_insert after insert on people_likenesses referencing new table as changed
    for each statement execute function likely_pairs_follow();
create trigger pairs_follow_update after update on people_likenesses referencing old table as was new table as changed
    for each statement execute function likely_pairs_follow();
"""

# The roster: one row for all records of one person.
VIEW = """
-- What a person allows who has more than one record: a no of any record holds, until they say yes again themselves; a yes that
-- was said on another record after the two became one is nobody's.
create function roster_consents(person uuid) returns varchar[] language sql stable parallel safe as $$
    select array(
        select kind from (
            select kind, given, own, greatest(at, same_since) as told,
                   max(at) filter (where own and given) over (partition by kind) as again
              from (
                select distinct on (c.person_id, c.kind) c.kind, c.given, c.at, p.same_since, p.id = person as own
                  from people p join consents c on c.person_id = p.id
                 where (p.id = person or p.same_as = person) and (p.id = person or not c.given or c.at <= p.same_since)
                 order by c.person_id, c.kind, c.id desc
              ) latest
        ) said group by kind having bool_and(given or (not own and told < again) is true) order by kind
    )
$$;

create or replace view roster_now with (security_invoker = true) as
select p.id as person_id,
       coalesce(m.opened_on, (p.created_at at time zone 'Pacific/Auckland')::date) as since,
       m.id as membership_id,
       m.number,
       case when m.id is null then 'supporter' else coalesce(v."to", 'applied') end as decided,
       m.ended_on,
       -- law.membership.standing: the first day on which a fee is unpaid that has become payable, raised or next by the rules.
       case when m.id is not null then least(c.unpaid_since, c.until + g.days::int, date '9999-12-31') end as owed_from,
       r.set_code,
       r.electorate_code,
       b.branch_id,
       p.can_enrol,
       case when cardinality(one.ids) > 1 then roster_consents(p.id) else array(
           select said.kind from (
               select distinct on (kind) kind, given from consents where person_id = p.id order by kind, id desc
           ) said where said.given order by said.kind
       ) end as consents,
       (select max(d.received_on) from donors o join donations d on d.donor_id = o.id where o.person_id = any(one.ids))
           as last_gave_on
  from people p
 cross join lateral (
      select array(select p.id union all select a.id from people a where a.same_as = p.id) as ids offset 0
  ) one
  left join lateral (
      -- One in force comes before one that has ended on another record.
      select id, number, opened_on, ended_on from memberships where person_id = any(one.ids)
       order by (ended_on is null) desc, id desc limit 1
  ) m on true
  left join lateral (
      select "to" from membership_moves where membership_id = m.id order by "on" desc, id desc limit 1
  ) v on true
  left join lateral (
      select min(case when met_on is null then greatest(payable_on, roster_taken_back(id, cents)) end) as unpaid_since,
             max(until) as until,
             (array_agg(rhythm order by since desc))[1] as rhythm,
             (array_agg(raised_at order by since desc))[1] as raised_at
        from dues_charges where membership_id = m.id and withdrawn_at is null
  ) c on true
  left join lateral (
      select rhythm, chosen_at from dues_plans where membership_id = m.id order by id desc limit 1
  ) plan on true
  left join roster_graces offered
         on offered.rhythm = case when plan.chosen_at >= c.raised_at then plan.rhythm else c.rhythm end
  cross join lateral (
      select coalesce(offered.days, (select days from roster_graces where rhythm = 'yearly')) as days
  ) g
  left join lateral (
      select set_code, electorate_code from residences where person_id = p.id order by id desc limit 1
  ) r on true
  left join lateral (
      select branch_id from branch_moves where membership_id = m.id order by "on" desc, id desc limit 1
  ) b on true
 where p.erased_at is null and p.same_as is null;
"""

COLUMNS = (
    "person_id", "since", "membership_id", "number", "decided", "ended_on", "owed_from", "set_code", "electorate_code",
    "branch_id", "can_enrol", "consents", "last_gave_on",
)  # fmt: skip
WRITING = f"""
-- As in 0023. Whoever is part of somebody else is written as them. Asked after their own row is held: who was waited for may
-- have said so.
create or replace function roster_write(ids uuid[]) returns void language plpgsql
    security definer set search_path = public, pg_temp as $$
declare whole uuid[];
begin
    perform from roster where person_id = any(ids) order by person_id for no key update;
    whole := array(select unnest(ids) union select p.same_as from people p where p.id = any(ids) and p.same_as is not null);
    if cardinality(whole) > cardinality(ids) then
        perform from roster where person_id = any(whole) order by person_id for no key update;
    end if;
    delete from roster r using people p
     where r.person_id = any(whole) and p.id = r.person_id and (p.erased_at is not null or p.same_as is not null);
    insert into roster ({", ".join(COLUMNS)}, changed_at)
    select {", ".join("n." + name for name in COLUMNS)}, clock_timestamp() from roster_now n where n.person_id = any(whole)
        on conflict (person_id) do update
       set ({", ".join(COLUMNS[1:])}, changed_at)
           = ({", ".join("excluded." + name for name in COLUMNS[1:])}, excluded.changed_at)
     where ({", ".join("roster." + name for name in COLUMNS[1:])})
           is distinct from ({", ".join("excluded." + name for name in COLUMNS[1:])});
end $$;

create or replace function roster_on_people_update() returns trigger language plpgsql as $$
begin
    perform roster_follow((
        select array_agg(distinct id) from (
            select unnest(array[c.id, c.same_as, w.same_as]) from changed c join was w on w.id = c.id
             where (c.can_enrol, c.erased_at, c.same_as, c.same_since)
                   is distinct from (w.can_enrol, w.erased_at, w.same_as, w.same_since)
        ) touched (id) where id is not null
    ));
    return null;
end $$;
"""

WALLS = f"""
drop policy in_scope on people;
create policy in_scope on people for select to {APP} using (
    (select scope_is_no_narrower()) or exists (select from roster r where r.person_id = coalesce(people.same_as, people.id))
);

alter table merges enable row level security;
alter table likely_pairs enable row level security;
create policy in_scope on merges for select to {APP} using (exists (select from people p where p.id = merges.kept_id));
-- Of two people whom whoever says it sees: the wall of people itself is asked.
create policy written on merges for insert to {APP} with check (
    exists (select from people p where p.id = kept_id) and exists (select from people p where p.id = gone_id)
);
create policy changed on merges for update to {APP} using (
    exists (select from people p where p.id = kept_id) and exists (select from people p where p.id = gone_id)
);
create policy in_scope on likely_pairs for select to {APP} using (
    (select scope_is_all())
    or (select scope_self()) in (a_id, b_id)
    or (exists (select from roster r where r.person_id = a_id) and exists (select from roster r where r.person_id = b_id))
);
create policy changed on likely_pairs for update to {APP} using (true);

grant select, insert, update, delete on people_likenesses to {APP};
grant select, update (apart_at, apart_by) on likely_pairs to {APP};
grant select, insert, update (sealed, proven_at, undone_at, undone_by) on merges to {APP};
revoke execute on function likely_pairs_find(uuid[]), merges_say(), merges_let_go(), likely_pairs_forget() from public;
grant execute on function likely_pairs_find(uuid[]) to {APP};
"""


def upgrade() -> None:
    # Run as it stands: the text has colons and percent signs that are not parameters.
    run = op.get_bind().connection.driver_connection.execute
    for part in (TABLES, SAYING, LIKENESS, VIEW, WRITING, WALLS):
        run(part)


def downgrade() -> None:
    raise NotImplementedError("Walls are not taken down: restore a backup instead.")
