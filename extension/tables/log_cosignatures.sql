create table kw.log_cosignatures (
    checkpoint_id bigint constraint fk_lcs_checkpoint references kw.log_checkpoints (id),
    verifier_key text constraint fk_lcs_witness references kw.witnesses (verifier_key),
    line text not null,
    cosigned_at timestamptz(6) not null,
    primary key (checkpoint_id, verifier_key)
);

select pg_extension_config_dump('kw.log_cosignatures', '');

comment on table kw.log_cosignatures is 'Cosignatures of checkpoints by witnesses. Each was verified.';
comment on column kw.log_cosignatures.checkpoint_id is 'The checkpoint.';
comment on column kw.log_cosignatures.verifier_key is 'The witness.';
comment on column kw.log_cosignatures.line is 'The signature line of the note, with its newline.';
comment on column kw.log_cosignatures.cosigned_at is 'When the witness says that it saw the checkpoint.';
