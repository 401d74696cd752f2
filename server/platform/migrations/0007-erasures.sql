-- People who asked to be erased. The same entries lie outside the database too, so that a restored older state can be told of them.
create table platform.erasures (
  tenant_id  int not null,
  erasure_id uuid not null,
  -- Identifiers (keyed hashes) by which the person is found in an older state.
  subjects   bigint[] not null check (cardinality(subjects) >= 1),
  erased_at  timestamptz not null,
  primary key (tenant_id, erasure_id)
);
select platform.append_only('platform.erasures');
select platform.tag_columns('platform.erasures', p1 => 'tenant_id erasure_id subjects erased_at');
