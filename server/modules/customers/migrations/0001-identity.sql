-- Who is who. Identifiers are the nodes and links the edges of the evidence; the partition into customers is a pure function of both
-- (and of what staff decided), so that no order of arrival can change it.

-- One row per tenant: whoever changes identity holds its lock until commit. `version` moves whenever an identifier that existed changes
-- its customer or state, so that caches of other processes can tell; `writes` with every change.
create table customers.identity_state (
  tenant_id        int primary key,
  version          bigint not null default 0,
  writes           bigint not null default 0,
  -- The last transaction that changed something.
  xid              xid8 not null default pg_current_xact_id(),
  next_customer_no int not null default 1
) with (fillfactor = 20);
select platform.tag_columns('customers.identity_state', p1 => 'tenant_id version writes xid next_customer_no');

-- Which identifiers changed their customer (or state) in which version. Settled once every transaction that may have written facts under the old
-- customer has ended and those facts were pointed to the new one.
create table customers.identity_changes (
  tenant_id      int not null,
  version        bigint not null,
  xid            xid8 not null default pg_current_xact_id(),
  identifier_ids bigint[] not null,
  changed_at     timestamptz not null default clock_timestamp(),
  settled_at     timestamptz,
  primary key (tenant_id, version)
);
create index identity_changes_unsettled on customers.identity_changes (tenant_id, version) where settled_at is null;
select platform.tag_columns('customers.identity_changes', p1 => 'tenant_id version xid identifier_ids changed_at settled_at');

-- An identifier's id is 53 bits of its blind index. It is also the immutable origin of every fact that came with it, and the id of
-- the customer it founded: so the identifier's row answers for ever who a fact, or a customer absorbed long ago, belongs to today.
-- A recycled phone number has one row per era: facts of the old owner keep the old origin.
create table customers.identifiers (
  tenant_id     int not null,
  identifier_id bigint not null check (identifier_id between 1 and 9007199254740991),
  customer_id   bigint not null check (customer_id between 1 and 9007199254740991),
  kind          text not null,
  scope         text not null default '',
  era           smallint not null default 0 check (era >= 0),
  -- From when on this era holds; null for the first.
  era_from_on   date check ((era = 0) = (era_from_on is null)),
  -- shared: seen with too many people to say anything; contested: two people claim it, it joins none; blocked: by staff.
  state         text not null default 'active' check (state in ('active', 'contested', 'shared', 'blocked')),
  -- Somewhere around it evidence was refused or disputed: more of the same may change who is who, so it is judged again.
  entangled     boolean not null default false,
  first_on      date not null,
  last_on       date not null check (last_on >= first_on),
  sources       int[] not null,
  blind_index   bytea not null check (octet_length(blind_index) = 16),
  last_four     bytea check (octet_length(last_four) = 2),
  value_cipher  bytea not null,
  primary key (tenant_id, identifier_id)
) with (fillfactor = 90);
create unique index identifiers_value on customers.identifiers (tenant_id, blind_index, era);
create index identifiers_customer on customers.identifiers (tenant_id, customer_id);
create index identifiers_last_four on customers.identifiers (tenant_id, last_four) where last_four is not null;
select platform.tag_columns('customers.identifiers',
  p1 => 'tenant_id identifier_id customer_id kind scope era era_from_on state entangled first_on last_on sources',
  p2 => 'blind_index last_four value_cipher');

-- Two identifiers seen together. Everything kept is commutative and indifferent to repeats: least, greatest, union.
create table customers.links (
  tenant_id int not null,
  a         bigint not null,
  b         bigint not null,
  first_on  date not null,
  last_on   date not null check (last_on >= first_on),
  -- The eight smallest source ids that reported the pair, and a bit per cause (see evidence.ts).
  sources   int[] not null,
  causes    int not null,
  -- Every report so far was typed by a visitor and never verified.
  claimed   boolean not null,
  primary key (tenant_id, a, b),
  check (a < b)
) with (fillfactor = 90);
create index links_b on customers.links (tenant_id, b);
select platform.tag_columns('customers.links', p1 => 'tenant_id a b first_on last_on sources causes claimed');

-- What staff decided about identifiers, above all evidence: `merge` holds its members together; `split` holds side 0 together, side 1
-- together, and the two apart.
create table customers.identity_decisions (
  tenant_id   int not null,
  decision_id uuid not null,
  kind        text not null check (kind in ('merge', 'split')),
  side_a      bigint[] not null check (cardinality(side_a) >= 1),
  side_b      bigint[] not null,
  reason      text not null,
  decided_by  text not null,
  decided_at  timestamptz not null,
  revoked_by  text,
  revoked_at  timestamptz,
  primary key (tenant_id, decision_id),
  check ((revoked_at is null) = (revoked_by is null))
);
-- The members of standing decisions, to find them from an identifier.
create table customers.decision_members (
  tenant_id     int not null,
  identifier_id bigint not null,
  decision_id   uuid not null,
  primary key (tenant_id, identifier_id, decision_id),
  foreign key (tenant_id, decision_id) references customers.identity_decisions
);
select platform.tag_columns('customers.identity_decisions',
  p1 => 'tenant_id decision_id kind side_a side_b reason decided_by decided_at revoked_by revoked_at');
select platform.tag_columns('customers.decision_members', p1 => 'tenant_id identifier_id decision_id');

-- One row per customer there ever was. Counters and profile columns are projections, recomputed from facts.
create table customers.customers (
  tenant_id       int not null,
  customer_id     bigint not null check (customer_id between 1 and 9007199254740991),
  customer_no     int not null check (customer_no >= 1),
  status          text not null default 'active' check (status in ('active', 'merged', 'erased')),
  -- Who this customer is today, when absorbed.
  merged_into     bigint,
  is_known        boolean not null,
  store_id        int,
  tier_code       text,
  source_id       int not null,
  created_at      timestamptz not null,
  first_seen_at   timestamptz not null,
  last_seen_at    timestamptz not null,
  orders_count    int not null default 0,
  spend_fen       bigint not null default 0,
  first_order_at  timestamptz,
  last_order_at   timestamptz,
  primary key (tenant_id, customer_id),
  constraint customers_no unique (tenant_id, customer_no),
  check ((status = 'merged') = (merged_into is not null))
) with (fillfactor = 85);
create index customers_seen on customers.customers (tenant_id, last_seen_at desc, customer_id) where status = 'active' and is_known;
create index customers_store on customers.customers (tenant_id, store_id, last_seen_at desc) where status = 'active';
create index customers_merged on customers.customers (tenant_id, merged_into) where merged_into is not null;
select platform.tag_columns('customers.customers',
  p1 => 'tenant_id customer_id customer_no status merged_into is_known store_id tier_code source_id created_at first_seen_at last_seen_at orders_count spend_fen first_order_at last_order_at');
select platform.scope_by_store('customers.customers');

-- Every change of who is who: which identifiers left which customer for which, and the evidence that did it.
create table customers.merge_log (
  tenant_id      int not null,
  merge_id       uuid not null,
  version        bigint not null,
  kind           text not null check (kind in ('merge', 'split')),
  -- merge: absorbed → survivor. split: identifiers leave `from` for `to`.
  from_id        bigint not null,
  to_id          bigint not null,
  identifier_ids bigint[] not null,
  -- The identifiers whose evidence or decision set it off.
  evidence_ids   bigint[] not null,
  cause          text not null,
  decision_id    uuid,
  actor          text not null,
  happened_at    timestamptz not null,
  undone_at      timestamptz,
  primary key (tenant_id, merge_id)
);
create index merge_log_from on customers.merge_log (tenant_id, from_id);
create index merge_log_to on customers.merge_log (tenant_id, to_id);
create index merge_log_time on customers.merge_log (tenant_id, happened_at desc, merge_id);
select platform.tag_columns('customers.merge_log',
  p1 => 'tenant_id merge_id version kind from_id to_id identifier_ids evidence_ids cause decision_id actor happened_at undone_at');

-- Evidence that would join two people but a rule forbids it: for staff to look at.
create table customers.merge_conflicts (
  tenant_id     int not null,
  conflict_id   uuid not null,
  -- The identifier in dispute and the one it was not joined with.
  identifier_id bigint not null,
  other_id      bigint not null,
  customer_id   bigint not null,
  other_customer_id bigint not null,
  reason        text not null,
  first_on      date not null,
  last_on       date not null,
  sources       int[] not null,
  status        text not null default 'open' check (status in ('open', 'merged', 'kept_apart', 'obsolete')),
  opened_at     timestamptz not null,
  resolved_at   timestamptz,
  resolved_by   text,
  primary key (tenant_id, conflict_id),
  unique (tenant_id, identifier_id, other_id),
  check ((status in ('merged', 'kept_apart')) = (resolved_by is not null))
);
create index merge_conflicts_open on customers.merge_conflicts (tenant_id, opened_at desc, conflict_id) where status = 'open';
select platform.tag_columns('customers.merge_conflicts',
  p1 => 'tenant_id conflict_id identifier_id other_id customer_id other_customer_id reason first_on last_on sources status opened_at resolved_at resolved_by');

-- Identity must see every customer of the tenant whatever stores the caller may see, so it reaches the scoped table through these
-- functions only. Each checks the tenant itself.
create function customers.assert_tenant(tenant int) returns void language plpgsql stable as $$
begin
  if nullif(current_setting('app.tenant', true), '')::int is distinct from tenant
     and not (session_user = 'shuke_worker' and coalesce(current_setting('app.tenant', true), '') = '') then
    raise exception 'tenant % is not the tenant of this connection', tenant using errcode = '42501';
  end if;
end $$;

create function customers.read_founded(tenant int, ids bigint[])
returns table (customer_id bigint, customer_no int, status text, is_known boolean, created_at timestamptz, merged_into bigint)
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform customers.assert_tenant(tenant);
  return query select c.customer_id, c.customer_no, c.status, c.is_known, c.created_at, c.merged_into
                 from customers.customers c where c.tenant_id = tenant and c.customer_id = any (ids);
end $$;

create function customers.write_founded(
  tenant int, ids bigint[], nos int[], known boolean[], merged bigint[], source_ids int[], created timestamptz, seen_from timestamptz[], seen_to timestamptz[]
) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform customers.assert_tenant(tenant);
  insert into customers.customers as c
    (tenant_id, customer_id, customer_no, status, merged_into, is_known, source_id, created_at, first_seen_at, last_seen_at)
  select tenant, n.id, n.no, case when n.merged is null then 'active' else 'merged' end, n.merged, n.known, n.source, created, n.seen_from, n.seen_to
    from unnest(ids, nos, known, merged, source_ids, seen_from, seen_to) n(id, no, known, merged, source, seen_from, seen_to)
  on conflict (tenant_id, customer_id) do update
     set status = case when c.status = 'erased' then 'erased' else excluded.status end,
         merged_into = case when c.status = 'erased' then null else excluded.merged_into end,
         is_known = excluded.is_known,
         first_seen_at = least(c.first_seen_at, excluded.first_seen_at),
         last_seen_at = greatest(c.last_seen_at, excluded.last_seen_at);
end $$;

-- Points facts of a registered table to the customers of today by their immutable origin: one idempotent statement.
create function customers.repoint(fact_table text, tenant_column text, origin_column text, current_column text, tenant int, origins bigint[], currents bigint[])
returns bigint language plpgsql security definer set search_path = pg_catalog as $$
declare moved bigint;
begin
  perform customers.assert_tenant(tenant);
  if fact_table !~ '^[a-z_]+\.[a-z_]+$' or origin_column !~ 'origin_customer_id$|^identifier_id$' or current_column !~ 'customer_id$' then
    raise exception 'not a table of customer facts: %', fact_table using errcode = '42501';
  end if;
  execute format(
    'update %s f set %I = m.current from unnest($2::bigint[], $3::bigint[]) m(origin, current)
      where f.%I = $1 and f.%I = m.origin and f.%I is distinct from m.current',
    fact_table::regclass, current_column, tenant_column, origin_column, current_column) using tenant, origins, currents;
  get diagnostics moved = row_count;
  return moved;
end $$;
