-- Without a cast of its own a type becomes text in every assignment, and in || with a text.
create or replace function kw._refuse_text(value kw.ciphertext_bytes) returns text
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception 'cannot cast type kw.ciphertext to text'
        using errcode = 'cannot_coerce',
        hint = 'Use kw.decrypt_text for the plaintext, or encode(column::bytea, ''hex'') for the ciphertext.';
end;
$function$;

comment on function kw._refuse_text(value kw.ciphertext_bytes) is
'The casts of kw.ciphertext to text: they fail. Internal. Errors: 42846.';

grant execute on function kw._refuse_text(value kw.ciphertext_bytes) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;
