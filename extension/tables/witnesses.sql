create table kw.witnesses (
    verifier_key text primary key,
    name text not null,
    added_at timestamptz(6) not null default clock_timestamp(),
    removed_at timestamptz(6)
);

select pg_extension_config_dump('kw.witnesses', '');

comment on table kw.witnesses is 'The witnesses whose cosignatures of checkpoints are accepted.';
comment on column kw.witnesses.verifier_key is 'Name and public key as C2SP signed-note has them (vkey).';
comment on column kw.witnesses.name is 'The name of the witness.';
comment on column kw.witnesses.added_at is 'When it was added.';
comment on column kw.witnesses.removed_at is 'When it was removed; null: its cosignatures are accepted.';
