-- Order: settings and epoch, keys and providers, wrappers and bindings, entities and grants, audit, guards, views.
-- epoch and settings

-- keys and providers
-- A further parameter, if_not_exists: privileges.sql gives the new function the grants of the old.
drop function kw.add_provider(text, text, jsonb, boolean);
drop function kw.add_kms_key(text, text, text, text);
drop function kw.create_kms_key(text, text, text, text);
drop function kw.create_kem_key(text, text, bigint);
drop function kw.add_kem_key(text, text, text, bytea);
drop function kw.create_policy(text, text, bigint, bigint, bigint[], text);

-- wrappers and bindings

-- entities and grants

-- audit

-- restore, replication and drop guards

-- views
