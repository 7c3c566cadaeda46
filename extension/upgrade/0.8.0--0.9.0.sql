-- Columns that other tools encrypted.
-- @include types/takeover_finding.sql
-- The type of columns.
-- @include types/ciphertext_bytes.shell.sql
-- @include functions/_ciphertext_in.sql
-- @include functions/_ciphertext_out.sql
-- @include functions/_ciphertext_receive.sql
-- @include functions/_ciphertext_send.sql
-- @include types/ciphertext_bytes.sql
-- @include functions/_refuse_text.sql
-- @include types/ciphertext.sql
-- Blind indexes. Each row has met the old constraint, and so meets the new one, which allows more. To look at
-- each under the lock would stop all calls for as long as it takes to read the wrappers.
alter table kw.key_wrappers
    drop constraint key_wrappers_dek_class_check,
    add constraint key_wrappers_dek_class_check
    check (dek_class in ('field', 'branch', 'deployment', 'index')) not valid;
update pg_catalog.pg_constraint
set convalidated = true
where conrelid = 'kw.key_wrappers'::pg_catalog.regclass and conname = 'key_wrappers_dek_class_check';
-- @include tables/blind_indexes.sql
-- From plaintext to encrypted columns.
-- @include tables/protections.sql
-- @include types/protection_step.sql
-- @include types/protection_progress.sql
-- Protected views.
-- @include types/token_batch.sql
-- @include tables/protected_fields.sql
-- @include tables/protected_views.sql
-- @include functions/_keep_views.sql
-- @include tables/keep_views.sql
-- @include tables/guard_writes.sql
-- @include tables/restore_guards.sql
