-- An either never has both legs under one root key, so one key closes none.
create view kw.closed_keys as
with recursive closed (kms_key_id, closed_id) as (
    select k.id, k.id from kw.kms_keys k
    union
    select c.kms_key_id, d.kms_key_id
    from closed c
    join kw.key_dependencies d on d.depends_on_id = c.closed_id
    left join kw.kms_keys below on below.id = d.kms_key_id and d.how = 'leg'
    left join kw.key_wrappers branch on branch.wrapper_uuid = below.external_key_ref::bpchar
    where d.how <> 'leg' or branch.crypto_suite ->> 'mode' <> 'either'
)
select c.kms_key_id, c.closed_id from closed c;

comment on view kw.closed_keys is 'The KMS keys that cannot be opened while another one is down: the key itself, and the branches and KEM keys that depend on it.';
comment on column kw.closed_keys.kms_key_id is 'The key that is down.';
comment on column kw.closed_keys.closed_id is 'A key that cannot be opened then.';
