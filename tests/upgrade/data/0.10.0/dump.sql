--
-- PostgreSQL database dump
--

\restrict kwtools

-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: plpython3u; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS plpython3u WITH SCHEMA pg_catalog;


--
-- Name: EXTENSION plpython3u; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION plpython3u IS 'PL/Python3U untrusted procedural language';


--
-- Name: kwtools; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS kwtools WITH SCHEMA pg_catalog;


--
-- Name: EXTENSION kwtools; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION kwtools IS 'envelope encryption with data keys wrapped under KMS keys';


--
-- Name: kw_protect_2(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.kw_protect_2() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$begin
    if tg_op = 'INSERT' or new."phone"::text collate "C" is distinct from old."phone"::text collate "C" or new."id"::text collate "C" is distinct from old."id"::text collate "C"
        or (new."phone" is null) <> (new."phone_encrypted" is null) and (old."phone_encrypted" is not null or has_column_privilege(coalesce(pg_partition_root(tg_relid), tg_relid), 'phone', 'insert, update'))
        or old."phone_encrypted" is not null and new."phone_encrypted" is distinct from old."phone_encrypted"
    then
        if new."phone" is null then
            new."phone_encrypted" := null;
        else
            
            new."phone_encrypted" := kw.encrypt_text('public.suppliers', new."id"::text, 'phone', new."phone"::text);
        end if;
    end if;
    return new;
end;$$;


--
-- Name: FUNCTION kw_protect_2(); Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON FUNCTION public.kw_protect_2() IS 'kwtools keeps public.suppliers.phone in step while it is protected. kw.protect_contract or kw.protect_undo drops it.';


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: Odd.Names; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public."Odd.Names" (
    id bigint NOT NULL,
    f bytea
);


--
-- Name: customers_protected; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.customers_protected (
    id bigint NOT NULL,
    note text,
    email bytea NOT NULL,
    email_token bytea,
    CONSTRAINT kw_protect_1_filled CHECK (((email IS NULL) = (email_token IS NULL))),
    CONSTRAINT kw_protect_1_form CHECK ((((email)::kw.ciphertext IS NULL) = (email IS NULL)))
);


--
-- Name: COLUMN customers_protected.email; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.customers_protected.email IS 'public.customers.email, encrypted by kwtools.';


--
-- Name: COLUMN customers_protected.email_token; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.customers_protected.email_token IS 'public.customers.email, its tokens, which kw.blind_index makes.';


--
-- Name: customers; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.customers WITH (security_invoker='true') AS
 SELECT b.id,
    kw.decrypt_text('public.customers'::text, (b.id)::text, 'email'::text, b.email) AS email,
    b.note,
    b.email_token
   FROM public.customers_protected b;


--
-- Name: VIEW customers; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON VIEW public.customers IS 'Protected view of public.customers, made by kw.create_protected_view.';


--
-- Name: moved; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.moved (
    id bigint NOT NULL,
    f bytea
);


--
-- Name: notes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notes (
    id bigint NOT NULL,
    text bytea
);


--
-- Name: people; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.people (
    id bigint NOT NULL,
    ssn bytea,
    diagnosis bytea
);


--
-- Name: suppliers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.suppliers (
    id bigint NOT NULL,
    phone text,
    phone_encrypted bytea,
    CONSTRAINT kw_protect_2_both CHECK (((phone IS NULL) = (phone_encrypted IS NULL))),
    CONSTRAINT kw_protect_2_form CHECK ((((phone_encrypted)::kw.ciphertext IS NULL) = (phone_encrypted IS NULL)))
);


--
-- Name: COLUMN suppliers.phone_encrypted; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.suppliers.phone_encrypted IS 'public.suppliers.phone, encrypted by kwtools.';


--
-- Name: tokens; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tokens (
    id uuid NOT NULL,
    secret bytea,
    hint bytea
);


--
-- Data for Name: crypto_algorithms; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: algorithm_statuses; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.algorithm_statuses VALUES (4, 'deprecated', '2026-11-28 01:03:15.551958+00', 26, '\x000000015ed2763cd167a08ad3cb4828f32c3386');


--
-- Data for Name: audit_events; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.audit_events VALUES (1, '2026-11-28 01:03:15.328691+00', 'postgres', 'postgres', 'add_provider', 'local', '{"kind": "local"}', NULL, '\x000000013d7049929ae0ac879d3df3777a8343cf', 1, 0);
INSERT INTO kw.audit_events VALUES (2, '2026-11-28 01:03:15.33285+00', 'postgres', 'postgres', 'add_kms_key', 'key 1', '{"ref": "0.10.0-1", "provider": "local"}', NULL, '\x00000001aa352953327883c1e80f3178d9ff80ef', 1, 1);
INSERT INTO kw.audit_events VALUES (3, '2026-11-28 01:03:15.33655+00', 'postgres', 'postgres', 'add_kms_key', 'key 2', '{"ref": "0.10.0-2", "provider": "local"}', NULL, '\x00000001919a3a5cc15396cf980b0fa332132ad6', 1, 2);
INSERT INTO kw.audit_events VALUES (4, '2026-11-28 01:03:15.339845+00', 'postgres', 'postgres', 'create_policy', 'default', '{"keys": [1, 2], "mode": "either", "layers": []}', NULL, '\x000000018a4e0f676d880d092dc13a25680944de', 1, 3);
INSERT INTO kw.audit_events VALUES (5, '2026-11-28 01:03:15.44432+00', 'postgres', 'postgres', 'add_provider', 'branches', '{"kind": "wrapper"}', NULL, '\x00000001453d172f3907dedd3a0a40a1b53ebace', 1, 4);
INSERT INTO kw.audit_events VALUES (6, '2026-11-28 01:03:15.447412+00', 'postgres', 'postgres', 'create_policy', 'both', '{"keys": [1, 2], "mode": "both", "layers": []}', NULL, '\x00000001f8b3616a28472ca6bd10dcf6fccfcf61', 1, 5);
INSERT INTO kw.audit_events VALUES (7, '2026-11-28 01:03:15.448113+00', 'postgres', 'postgres', 'create_policy', 'single', '{"keys": [1], "mode": "single", "layers": []}', NULL, '\x00000001a7d698f47a865a36f560d4b9b799daf1', 1, 6);
INSERT INTO kw.audit_events VALUES (29, '2026-11-28 01:03:15.718314+00', 'postgres', 'postgres', 'protect_expand', 'public.customers.email', '{"search": "equality", "shown_by": "view", "key_scope": "column", "protection": 1}', NULL, '\x00000001406d976656debb35df3d6ffec7d21c5c', 1, 28);
INSERT INTO kw.audit_events VALUES (47, '2026-11-28 01:03:16.407261+00', 'postgres', 'postgres', 'create_deployment', 'deployment d910f343-05ea-4680-9c17-a6b43f60f66b', '{"wrapper": "d9a40434-14d8-4ac4-8163-8cc1a0ba26c1"}', NULL, '\x00000001876c1d9d62ee296a1c420891408854da', 1, 46);
INSERT INTO kw.audit_events VALUES (39, '2026-11-28 01:03:16.373184+00', 'postgres', 'postgres', 'reclaim_entity', 'public.people', '{}', NULL, '\x00000001963739d79d244716869085fe50acd578', 1, 38);
INSERT INTO kw.audit_events VALUES (8, '2026-11-28 01:03:15.455971+00', 'postgres', 'postgres', 'add_kms_key', 'key 3', '{"ref": "457888ec-7e32-4cc7-8cb2-18ae6c671469", "provider": "branches"}', NULL, '\x00000001f4589be9fe045893b95f2b25af50c241', 1, 7);
INSERT INTO kw.audit_events VALUES (9, '2026-11-28 01:03:15.458637+00', 'postgres', 'postgres', 'create_policy', 'branch', '{"keys": [3], "mode": "single", "layers": []}', NULL, '\x000000011c5495f161721ce0a074cbdc8bb13d3d', 1, 8);
INSERT INTO kw.audit_events VALUES (10, '2026-11-28 01:03:15.460453+00', 'postgres', 'postgres', 'set_setting', 'cache_seconds', '{"value": 60}', NULL, '\x000000013e0b89e962cc7139a01fed07a4e67873', 1, 9);
INSERT INTO kw.audit_events VALUES (11, '2026-11-28 01:03:15.51081+00', 'postgres', 'postgres', 'rewrap', 'wrapper 5169cc16-f8e4-417c-b239-83a6d4190b7e', '{"kms1": null, "kms2": null, "version": 2}', NULL, '\x000000012dacb98b6596ab33d63f340b891ebe5a', 1, 10);
INSERT INTO kw.audit_events VALUES (33, '2026-11-28 01:03:15.759116+00', 'postgres', 'postgres', 'protect_cut_over', 'public.customers.email', '{"way": "view", "protection": 1}', NULL, '\x00000001385e9d77b4142437b808b2d4d3c42d7d', 1, 32);
INSERT INTO kw.audit_events VALUES (34, '2026-11-28 01:03:15.76219+00', 'postgres', 'postgres', 'protect_contract', 'public.customers.email', '{"protection": 1}', NULL, '\x0000000165b917a53e0dbfbe049a32e49caa09e7', 1, 33);
INSERT INTO kw.audit_events VALUES (35, '2026-11-28 01:03:15.769855+00', 'postgres', 'postgres', 'set_protected_field', 'public.suppliers.phone', '{"key_scope": "column", "index_uuid": null, "value_type": "text", "token_column": null, "tenant_column": null, "ciphertext_column": "phone_encrypted", "next_token_column": null}', NULL, '\x00000001d063b85ec1de553a6c28022543433cc6', 1, 34);
INSERT INTO kw.audit_events VALUES (36, '2026-11-28 01:03:15.770061+00', 'postgres', 'postgres', 'protect_expand', 'public.suppliers.phone', '{"search": null, "shown_by": "column", "key_scope": "column", "protection": 2}', NULL, '\x000000012281146e144b3d23a2759c340da4fbf7', 1, 35);
INSERT INTO kw.audit_events VALUES (12, '2026-11-28 01:03:15.511666+00', 'postgres', 'postgres', 'rewrap', 'wrapper ff13a415-eb89-43fc-8209-4d41d6a77c7a', '{"kms1": null, "kms2": null, "version": 2}', NULL, '\x0000000196dd858854fa3b609519b6ad9b6f37cf', 1, 11);
INSERT INTO kw.audit_events VALUES (13, '2026-11-28 01:03:15.512375+00', 'postgres', 'postgres', 'rewrap', 'wrapper f07baed6-c89d-44fd-a425-25c930beb36e', '{"kms1": null, "kms2": null, "version": 2}', NULL, '\x000000012331f04010e54b9c9ae704c68e551a44', 1, 12);
INSERT INTO kw.audit_events VALUES (14, '2026-11-28 01:03:15.513012+00', 'postgres', 'postgres', 'rewrap', 'wrapper 4e0662c5-54ad-4f62-86bb-2130a8bec63c', '{"kms1": null, "kms2": null, "version": 2}', NULL, '\x00000001b7c1bb33eb01bda1bf9aedaa8d27e42f', 1, 13);
INSERT INTO kw.audit_events VALUES (15, '2026-11-28 01:03:15.518532+00', 'postgres', 'postgres', 'shred', 'public.people.diagnosis of key ''2''', '{"left": 0, "batch": 1, "beneath": 0, "wrappers": 1, "destroyed_root": "f551f80bb425c906d20a63417a1d7a68aaa108d01403097e8d0693f01e314c8a"}', NULL, '\x000000010fd32e61f0453e23b75b4761e035eba0', 1, 14);
INSERT INTO kw.audit_events VALUES (16, '2026-11-28 01:03:15.520729+00', 'postgres', 'postgres', 'grant_field', 'public.people.ssn', '{"grantee": "pg_monitor", "may_read": true, "may_write": false}', NULL, '\x00000001e277288ecef188bbe5f37d07ddfb10c1', 1, 15);
INSERT INTO kw.audit_events VALUES (17, '2026-11-28 01:03:15.52491+00', 'postgres', 'postgres', 'add_kms_key', 'key 4', '{"ref": "0.10.0-pq", "provider": "local"}', NULL, '\x00000001bb559c6569b31f2280cf3e10090fa824', 1, 16);
INSERT INTO kw.audit_events VALUES (18, '2026-11-28 01:03:15.5261+00', 'postgres', 'postgres', 'create_policy', 'layered', '{"keys": [1, 2], "mode": "either", "layers": [4]}', NULL, '\x000000012c1441df083c5089ad06cfe52b32fb22', 1, 17);
INSERT INTO kw.audit_events VALUES (19, '2026-11-28 01:03:15.543551+00', 'postgres', 'postgres', 'shred', 'every row of public.notes.text', '{"left": 0, "batch": 3, "beneath": 0, "wrappers": 1, "destroyed_root": "65887d3fde047f3acd054f2c2899d69e98083ed1d1e6461890d503dd8fe4cb0a"}', NULL, '\x0000000187c4f00d4ce995d4348437c1e650a0bf', 1, 18);
INSERT INTO kw.audit_events VALUES (20, '2026-11-28 01:03:15.552904+00', 'postgres', 'postgres', 'set_algorithm_status', 'ML-KEM-1024', '{"status": "deprecated"}', NULL, '\x00000001972fb4f758235b850e9550c56a6e8343', 1, 19);
INSERT INTO kw.audit_events VALUES (21, '2026-11-28 01:03:15.556065+00', 'postgres', 'postgres', 'set_policy_renewal', 'policy both', '{"max_wrap_age": "1 year", "renews_one_leg": true}', NULL, '\x00000001f8240cc19e7c690c773e6fb1c0cd2fce', 1, 20);
INSERT INTO kw.audit_events VALUES (22, '2026-11-28 01:03:15.556632+00', 'postgres', 'postgres', 'create_policy', 'leaving', '{"keys": [1], "mode": "single", "layers": []}', NULL, '\x00000001be900f91c3ddcb3678fd30c1ac18a009', 1, 21);
INSERT INTO kw.audit_events VALUES (23, '2026-11-28 01:03:15.575369+00', 'postgres', 'postgres', 'retire_generations', 'public.moved.f', '{"wrappers": 1}', NULL, '\x00000001320408565dca3b86b88091dbe07d0f66', 1, 22);
INSERT INTO kw.audit_events VALUES (24, '2026-11-28 01:03:15.578781+00', 'postgres', 'postgres', 'schedule_rewrap', '2 wrappers', '{"policy": "leaving", "kms_key_id": 1, "new_kms_key_id": 2}', NULL, '\x00000001f25bc3386dd14e9709c387614c3e000c', 1, 23);
INSERT INTO kw.audit_events VALUES (25, '2026-11-28 01:03:15.583277+00', 'postgres', 'postgres', 'run_rewrap_jobs', '2 wrappers', '{"done": 2}', NULL, '\x000000014e5b8060f9651c738d1457e0a87ca891', 1, 24);
INSERT INTO kw.audit_events VALUES (26, '2026-11-28 01:03:15.587115+00', 'postgres', 'postgres', 'shred', 'public.moved.f of 1 keys', '{"left": 0, "batch": 5, "count": 1, "first": ["1"], "beneath": 0, "wrappers": 1, "destroyed_root": "50ae30dadd1ba34219bd3c472ea9c21ae4f28553ab38d05b3c841324380e685a"}', NULL, '\x00000001864c560058953f1d64c40843eb3f2f50', 1, 25);
INSERT INTO kw.audit_events VALUES (27, '2026-11-28 01:03:15.711219+00', 'postgres', 'postgres', 'create_index_key', 'blind index of public.customers.email', '{"index": "f869b54d-f21a-41cb-8789-89df5bba0c3d", "wrapper": "357097e8-ed6f-437c-a839-a27f89d06a99"}', NULL, '\x0000000164a41f3acf59c071f814283c10f9520f', 1, 26);
INSERT INTO kw.audit_events VALUES (28, '2026-11-28 01:03:15.717778+00', 'postgres', 'postgres', 'set_protected_field', 'public.customers.email', '{"key_scope": "column", "index_uuid": "f869b54d-f21a-41cb-8789-89df5bba0c3d", "value_type": "text", "token_column": "email_token", "tenant_column": null, "ciphertext_column": "email_encrypted", "next_token_column": null}', NULL, '\x000000012c1c00e8ddba7c21901d75834b20b10a', 1, 27);
INSERT INTO kw.audit_events VALUES (30, '2026-11-28 01:03:15.74356+00', 'postgres', 'postgres', 'protect_verify', 'public.customers.email', '{"protection": 1}', NULL, '\x00000001b6129bb8a9dae3b2962e5eac4ccee19f', 1, 29);
INSERT INTO kw.audit_events VALUES (31, '2026-11-28 01:03:15.754236+00', 'postgres', 'postgres', 'set_protected_field', 'public.customers.email', '{"key_scope": "column", "index_uuid": "f869b54d-f21a-41cb-8789-89df5bba0c3d", "value_type": "text", "token_column": "email_token", "tenant_column": null, "ciphertext_column": "email", "next_token_column": null}', NULL, '\x00000001328cd372924389c6954f160cb07bafcb', 1, 30);
INSERT INTO kw.audit_events VALUES (32, '2026-11-28 01:03:15.758714+00', 'postgres', 'postgres', 'create_protected_view', 'public.customers', '{"entity_table": "public.customers", "shredded_as_null": false}', NULL, '\x000000011873859bb06e898ee46f2dd491281fed', 1, 31);
INSERT INTO kw.audit_events VALUES (37, '2026-11-28 01:03:15.774785+00', 'postgres', 'postgres', 'protect_verify', 'public.suppliers.phone', '{"protection": 2}', NULL, '\x00000001609a4a5b6c2e2b2068af507466f24f90', 1, 36);
INSERT INTO kw.audit_events VALUES (38, '2026-11-28 01:03:16.365818+00', 'postgres', 'postgres', 'check_restore', 'kw', '{"tables": ["algorithm_statuses", "audit_events", "binding_generations", "blind_indexes", "encryption_bindings", "encryption_policies", "entities", "entity_fields", "field_grants", "former_wraps", "key_wrapper_layers", "key_wrappers", "kms_keys", "kms_providers", "policy_kms_keys", "protected_fields", "protected_views", "protections", "rewrap_jobs", "settings", "shred_receipts"]}', NULL, '\x000000015f2a18872b588a70a4043396259dd38e', 1, 37);
INSERT INTO kw.audit_events VALUES (40, '2026-11-28 01:03:16.37378+00', 'postgres', 'postgres', 'reclaim_entity', 'public.tokens', '{}', NULL, '\x00000001d8a1ecc7fa32d99357a90a6a19bbf87a', 1, 39);
INSERT INTO kw.audit_events VALUES (41, '2026-11-28 01:03:16.3741+00', 'postgres', 'postgres', 'reclaim_entity', 'public.notes', '{}', NULL, '\x00000001fdca86357e21f3a8eb42a79e6cbcbf8f', 1, 40);
INSERT INTO kw.audit_events VALUES (42, '2026-11-28 01:03:16.374645+00', 'postgres', 'postgres', 'reclaim_entity', 'public."Odd.Names"', '{}', NULL, '\x00000001c6fe010df4bc323deccdf90c084eaac4', 1, 41);
INSERT INTO kw.audit_events VALUES (43, '2026-11-28 01:03:16.374874+00', 'postgres', 'postgres', 'reclaim_entity', 'public.moved', '{}', NULL, '\x00000001806cf2b98d66d2b2b5e62a18bf75499a', 1, 42);
INSERT INTO kw.audit_events VALUES (44, '2026-11-28 01:03:16.375151+00', 'postgres', 'postgres', 'reclaim_entity', 'public.customers', '{}', NULL, '\x00000001b7e33c29346f3e9a1e88828b74f1fd33', 1, 43);
INSERT INTO kw.audit_events VALUES (45, '2026-11-28 01:03:16.375341+00', 'postgres', 'postgres', 'reclaim_entity', 'public.suppliers', '{}', NULL, '\x0000000182267b92944f7542645ab0e7b7c9b2b4', 1, 44);
INSERT INTO kw.audit_events VALUES (46, '2026-11-28 01:03:16.39565+00', 'postgres', 'postgres', 'create_signing_key', 'app', '{"key": 1, "scope": "application:orders", "activated": true, "algorithm": "Ed25519"}', NULL, '\x0000000118a0d763f56a01f51d2a310d2784f19b', 1, 45);
INSERT INTO kw.audit_events VALUES (48, '2026-11-28 01:03:16.430056+00', 'postgres', 'postgres', 'seal_rows', '124 rows', '{}', NULL, '\x00000001c1162e7fa9d5de51b866c8f985a7914e', 1, 47);
INSERT INTO kw.audit_events VALUES (49, '2026-11-28 01:03:16.436178+00', 'postgres', 'postgres', 'seal_deployment', 'deployment d910f343-05ea-4680-9c17-a6b43f60f66b', '{"key_no": 1, "destroyed": 0}', NULL, '\x0000000137b48d51c11c9fab2bff7c611779c9e5', 1, 48);
INSERT INTO kw.audit_events VALUES (50, '2026-11-28 01:03:16.438314+00', 'postgres', 'postgres', 'create_signing_key', 'log', '{"key": 1, "scope": "log", "activated": true, "algorithm": "Ed25519"}', NULL, '\x00000001767b420a74da9d44b6aff7798a1e7a95', 1, 49);
INSERT INTO kw.audit_events VALUES (51, '2026-11-28 01:03:16.449516+00', 'postgres', 'postgres', 'create_log', 'db.example.com/kwtools/d910f343-05ea-4680-9c17-a6b43f60f66b/0', '{"keys": ["db.example.com/kwtools/d910f343-05ea-4680-9c17-a6b43f60f66b/0+136d40a1+Afg2YLUt/PUUj4UxxeooLJW5jgw2hNIQ+CGFIlK5U+OW"]}', '\x11d939926f05444b0f0000000000000000000000000000000000000053', '\x00000001530b11a2656e07bea01c98636ac8ca6a', 1, 50);
INSERT INTO kw.audit_events VALUES (52, '2026-11-28 01:03:16.461653+00', 'postgres', 'postgres', 'state', 'db.example.com/kwtools/d910f343-05ea-4680-9c17-a6b43f60f66b/0', '{"root": "b5adc10347d91d53ec9bd88ff9b09e4070b3e3e4e82f304d4b074bc38ccd7eb8", "buckets": 64}', NULL, '\x000000015a2c6b949bf3128e235731a74e0ee998', 1, 51);
INSERT INTO kw.audit_events VALUES (53, '2026-11-28 01:03:16.467467+00', 'postgres', 'postgres', 'set_read_audit', 'public.moved.f', '{"reads": "statements"}', '\x0e60e5169e7b6719e10000000000000000000000000000000000000054', '\x0000000174ba9ef84d78db0ea74eeef8e3ff1e3d', 1, 52);
INSERT INTO kw.audit_events VALUES (54, '2026-11-28 01:03:16.475331+00', 'postgres', 'postgres', 'state', 'db.example.com/kwtools/d910f343-05ea-4680-9c17-a6b43f60f66b/0', '{"root": "e99db4f1e55bb64cbfa84d120bae7ae8fd02e36fb09f97e86360cc8fb7c10200", "buckets": 65}', NULL, '\x00000001674a141c34065d37330ba34676ef35d0', 1, 53);


--
-- Data for Name: encryption_policies; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_policies VALUES (1, 'default', 'either', 'defined', 0, 0, NULL, NULL, '2026-11-28 01:03:15.336923+00', false, NULL, false, 9, '\x00000001a1affe8b1b96e366ce0775d28c6c99fb');
INSERT INTO kw.encryption_policies VALUES (2, 'both', 'both', 'defined', 0, 0, NULL, NULL, '2026-11-28 01:03:15.444969+00', false, '1 year', true, 10, '\x00000001a7087694058104b10020b8978769881c');
INSERT INTO kw.encryption_policies VALUES (3, 'single', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-28 01:03:15.447698+00', false, NULL, false, 11, '\x0000000101b6e15a691c69dddc9b8191da3ee028');
INSERT INTO kw.encryption_policies VALUES (4, 'branch', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-28 01:03:15.456341+00', false, NULL, false, 12, '\x00000001dde37a0d2bf8247424a417a4aabb5761');
INSERT INTO kw.encryption_policies VALUES (5, 'layered', 'either', 'defined', 1, 1, NULL, NULL, '2026-11-28 01:03:15.525319+00', false, NULL, false, 13, '\x00000001dd3e4e056143db5ce15fb3a164585e0d');
INSERT INTO kw.encryption_policies VALUES (6, 'leaving', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-28 01:03:15.556273+00', false, NULL, false, 14, '\x00000001d3f926733532fb9887f9a4565db2df6e');


--
-- Data for Name: kms_providers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_providers VALUES (1, 'local', 'local', '/var/lib/kwtools/keys', NULL, '{}', true, '2026-11-28 01:03:15.259955+00', NULL, 3, '\x000000017535ad3af6cead136dd53a68a22bcb46');
INSERT INTO kw.kms_providers VALUES (2, 'branches', 'wrapper', NULL, NULL, '{}', true, '2026-11-28 01:03:15.378628+00', NULL, 4, '\x000000011bfbf96ed88fcba63ae2479d298a4474');


--
-- Data for Name: kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_keys VALUES (1, 'b7086fea-9d81-4be9-8f4d-5f769431cef7', 1, '0.10.0-1', 'RCNqkZ-QjJp81Zu7UkqBp-sYBSkG0Pk-jk6Wub9BKzQ', 'wrap', 'AES-256-GCM', 'active', '2026-11-28 01:03:15.32944+00', NULL, 'a9d435f6-70f1-4741-8237-74418912b0b6', '2026-11-28 01:03:15.32944+00', 5, '\x000000017acb2b6684075ec11a72587d212fcdf7');
INSERT INTO kw.kms_keys VALUES (2, '3671e53b-432c-42a9-9b50-1ff8f7c5ed83', 1, '0.10.0-2', 'T0OeOgar-XhySsUtDkhnk5wu3i0dwqtSRHQjzdUQJwY', 'wrap', 'AES-256-GCM', 'active', '2026-11-28 01:03:15.333465+00', NULL, '3cfa9f07-18a2-44ad-b122-536e74d44fbf', '2026-11-28 01:03:15.333465+00', 6, '\x000000017db87e84065ddcdd0b5729c067f1064d');
INSERT INTO kw.kms_keys VALUES (3, 'f98cfb91-c68e-4f51-802a-5a69c78534de', 2, '457888ec-7e32-4cc7-8cb2-18ae6c671469', '457888ec-7e32-4cc7-8cb2-18ae6c671469', 'wrap', 'AES-256-GCM', 'active', '2026-11-28 01:03:15.448288+00', NULL, '2e065018-08d8-4bbf-9f93-9b94696bd663', '2026-11-28 01:03:15.448288+00', 7, '\x000000010d30b440293af0b0fe578fc830a1a8db');
INSERT INTO kw.kms_keys VALUES (4, '7f23fa69-472e-4623-bde1-e73e4be9fccc', 1, '0.10.0-pq', 'gVrnVK1wjbpYPTmVHwHy5RXE3GR63BOF91RaWVNubmA', 'wrap', 'ML-KEM-768+X25519', 'active', '2026-11-28 01:03:15.520928+00', '\xe2370a985693047796e0581f40c57ce7c7582c77398df9c391e6b681bcbbb8209778306760518ccbcb5dd698101833c749375fba450265799c6df98dda986ed22c9b89333a26ba255bf9ccb8c371735b90375970fc734689f620c231bfd138ab60d02f04a27ddbb99f85e985ec789d64cabdc12662dd3436f894abd3f4b622722fca0b14042a3c3aa19af109503b877a66527b8e43c7c016089abc653691b539b7565f2c35a6a351347c128093c2cbdc4f743346a769577334bf94b0af0360766e2810d9448635d3605d176f5f7007283a284159433f93bdeeca4cc03132e76140af5203b263231891728d645d608c48f58492b06a631ee4b62c816654759b0787a6fc88cf94516a8178ac92494505e8124c50b426860e06267dd971c7b47652cce1aa76c349dfa73d76092ee3b3a96479b78f42747e39bf6eb9c7d44837df7a6799f48ac801c38399c507cb647ae923ed50c28d69ca130c5db616bf22206ce6c14720daaba7348e6041b10481b13311a657bb7e2de20c2e53715ec8699c453a7543c06c51434b183285c3277ccb561207b936e4c24aab161108853a5201513c98839a8ff7790e17d48823a19c95885535528ee9bab96558564aa38dd538800557318e067fbd55cff0d1b7d1511e99330b44b2c6617a52a6f945047b7829d2c884804829f92e37325dac5315b68ac22825a20cb699966b2233d826291c29f299234c24cf2dc772650a5975e267db357896a44ab4b9c47327c049d03c7e3941a468946cda46dce18c8cd7115914426d0719a0654ac13574ab26be24c4c4db5a9ec4c156f27032374cc49d2275dce443d10640e69639b4c078bb67caa5ca02811ccd53563f6b7413cfb2c8a691b848f62a21c61865b7cbca688eb1e114c416ba0dc93379d11b903c28436912c5a966bbb8a5bba3cfa023621786a85b855e75dcc914a045e3b35d58359aab19a6cd155cf6d70eb705a0199b4f7765c19e70c9011bad0cb65da27664b26091d4a1b52e40c0538a93c1a82f0f6a90f43b45cfe17edc489b4289c13cd74f1dd632c3d7332e9516e9a0b2f41c4aadf883f551b09a6c7abda40dc7ccb5398ac310b099e74a4348eb8033c36955e057e286c87b614ed7571b5cec57aeb5b3c16484a3b6815258ccddf6160e6550c67cafcdd0a6a78252c4e692635345c74b99bd8a9c86c25c96b531831bad34559522d3c451f6ad91863242309cb82c5532f579815ba582129927c6ccc2d43dba169c478995289cc136a26504845dc47c7381c81107581c216bc78260a80854516f8b15ddba5de648ad67492608025be5f20ca39030a5d13881984db942296e5b8fbb9a57b3077312b5c5716b0a077a510fd39d52a2973893b77f3a688771237e98a896c163bbc3ad0e3b4e7257865a441053d7b096250fe6c431b33a4271d35e82a09339c59d21ec3ac1b885770ccee2c96a3a791364b12c999a06673ab9b9b158e03771363686f9b90301ab2aab59ce3fcacf3140864331c5c7d2191582a16ff5273d9226c98b815cf771d4247cefd321f28348caf24863876deddb4764303f4b39a83e9474dc9c0b131142c89abf03100dbec5550c6a79360c37cbb2924df354cc8b3134621b38c12f1dc3543abaeddd93c1fc1aefed50b6715f839fcf0756fbfe92e0e7f950c4a3a755fdb7941cd033b3860c70dc800579c0a9aedc2278c2b59851fb3179c2a26e2b', '0a5ae270-9cbb-441d-9f53-6456ce8adeba', '2026-11-28 01:03:15.520928+00', 8, '\x00000001b6b92ba0e38f92af894745703000118f');


--
-- Data for Name: key_wrappers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrappers VALUES (1, '457888ec-7e32-4cc7-8cb2-18ae6c671469', 1, 2, '\x0135a2f6d92b81ad56f2e8e82a3575cc5e360465f8aa8e74e519be6b6ec65a93242e4de667b8c19b89297354862509e0124f89acc7379b056a18c475e3e33c61f6218e319318b4b53770e0fca2428019abb27f83178d7ce176e393fdbb27792cec', '\x01695aab58e0eeec903c4643a7330520b0b8492b4370ba2c9aa0ece592b19fe2dc73de3ee491c26730362bbecd7c7111c84532148f8283816d153800e1061b09fc3a8e0f95256ea7f57eb34c47fee7b1ae690ee471b74d2ede8c2eb58726465936', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3671e53b-432c-42a9-9b50-1ff8f7c5ed83", "version": 1}], "mode": "either", "class": "branch", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "d81fe56389143f7691264105bb05b7cc35a5f9d71b9634b6d0c645cd905f407b"}', 1, 1, 1, 'branch', 1, 'active', '2026-11-28 01:03:15.448288+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.448288+00', '2026-11-28 01:03:15.448288+00', 48, '\x00000001b9fb31c1c20332b40e165631b247c0d4c045d1fa04070957d0e92793e682da233a4a94ada898c8d30cfe650758909b45b9bb7ea755d13aded2630154f78f0ded37f116dfec4cc3f6a5c8b8418f7ad64d');
INSERT INTO kw.key_wrappers VALUES (4, 'ff13a415-eb89-43fc-8209-4d41d6a77c7a', 1, NULL, '\x', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "960f1d11b808a50eb98bf5ee5664bd801dff43ae496515a9fe4dcbe929875aaa"}', 2, 2, NULL, 'field', 3, 'invalid', '2026-11-28 01:03:15.478642+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.493665+00', NULL, 49, '\x00000001000000000000000000000000000000000000000000000000000000000000000098cd5eb63c8d4cebebd2b24f917c2797');
INSERT INTO kw.key_wrappers VALUES (3, '5169cc16-f8e4-417c-b239-83a6d4190b7e', 3, NULL, '\x01ff1ba0ec13708e6a452ca494f6ab1aeada2151403c44233591cecbc84fa80fae86b9ad7fee64c18b522e3cd44c083d6763e28b742ba17a7996bb67df470dcd06ca7b00d135c42c124447f96db919e33070cf179f87760a7e326b17b4d4cc26b7', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f98cfb91-c68e-4f51-802a-5a69c78534de", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "103599d6445465afd2ca91e7ccb7f5859088c47e11531dd9c0b20a2aa2af800b"}', 2, 2, NULL, 'field', 4, 'active', '2026-11-28 01:03:15.476434+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.493665+00', NULL, 50, '\x00000001d758987967f30673818df6336e965eaab21fbdb4391d1a1bc1c996bd098d463bac8bd490eec20d5879e3fa5e1b5a9eda');
INSERT INTO kw.key_wrappers VALUES (2, 'f07baed6-c89d-44fd-a425-25c930beb36e', 1, 2, '\x01a53e9b5a346d22ad625a430f08b33a26926f56bfa2b5086645a616591703eb19fda2967b9f00bc766df958f94637429ed252b7784a8f1f331545555fae84c54fc34f06d924bb253870fc5c17699f4026881c88e11168ac15b14e7a7131306d72', '\x01b52ab4b8b9e92982bb81c2842de0b5d7aa8c35f98c555d18d5e5ee8cb14361f333651ad2da2f6b1edd05362386405552982ff8d3e3367cc4028228f333e39c0f603037131853795a8b09d725cd872afe007cc73f313cb27c5fbc51f2e6d4aa86', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3671e53b-432c-42a9-9b50-1ff8f7c5ed83", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "2b05e1229efa9488e4533e6c43b8439ddc98be9a59dbb80551fa46bbd4d2d68d"}', 2, 2, 2, 'field', 2, 'rotated', '2026-11-28 01:03:15.46076+00', '2026-11-28 01:03:15.491497+00', NULL, NULL, NULL, '2026-11-28 01:03:15.493665+00', '2026-11-28 01:03:15.493665+00', 51, '\x000000017aa614da47243271e08d9be4098eca5fe44707a43162dcc0a57111b015664245efaf9606153bddc558b2806df6a0d1a91ed7e04130d9108b823e3d9ee3b670e4aaa863e882d08bec54b0d2e62d7a0088');
INSERT INTO kw.key_wrappers VALUES (12, '6adbb7eb-1b0f-4ec1-8405-5dd553d0715c', 1, NULL, '\x019bc2d998d832f7861d70d1f40411b769ea779bc11804a8830e8258670f00b9e4f0d0030dad1ac03f9dc67de5df881004326cc8fa2e1a7d35f2f1a6078806b196a3fb22371279e23fc6b206bbc16b3a13fd9ed60ea9702273e10c7814f6a6c534', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 1}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "a6fc31cf6e8354b7510fa72573946947713c5a181d994fe74523b5ceee4cf48b"}', 1, 1, NULL, 'field', 3, 'active', '2026-11-28 01:03:15.550984+00', NULL, 10, 'postgres', 'd091115e-75c3-494d-bf3f-a358b9077fc5', '2026-11-28 01:03:15.550984+00', NULL, 52, '\x0000000111a99e1b96583b6bd3ce3b22b14b5f656db36f366b746bd81353cc591866cdafbc2b683c3ecfdc30f83839d4d19a6c4e');
INSERT INTO kw.key_wrappers VALUES (5, '4e0662c5-54ad-4f62-86bb-2130a8bec63c', 1, 2, '\x01a3ab35a6cc864aab59ca282e8b8605926602b7f91b55c85e5cd5296c896d2bb79263f9947bf8ad9720bf050b320b7970abca0ed2cdccae0b246e48bea6b5a118233ab4b830cb1b4474cea936e3af0272744969ffbda700eeea6b42d642a20de2', '\x019acc7ea65b1c7117c38ef2db16e2b5d8e43603edf80410eb5e1bc105fc74f2d2106097426aab02cbb3e4f3130282d7cfd2f6abc7c6d0a53c6f400ae9ccf54faf02c181b96d3bcb1fc8ed09b70ee83af4f11c4da9d2c1dd63533368b0da6455d4', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3671e53b-432c-42a9-9b50-1ff8f7c5ed83", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "7098c2963f14da281e0424cd97878ff44dde9e964e0f4d7a7a588f059045f3d8"}', 2, 2, 2, 'field', 2, 'active', '2026-11-28 01:03:15.48903+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.493665+00', '2026-11-28 01:03:15.493665+00', 53, '\x000000016f5764b9c035afff0c63ac58e1ac3bbe5eec5cf4c2349ea9665d7e1fca9a86d89e65983cce552bfed5c77d63f9da0f29614230128f1cb6127fcb0fafe0db439d0f7dbbf647f5aa77ec91753d8a0e0f6e');
INSERT INTO kw.key_wrappers VALUES (6, '774a9e95-02d6-4aad-afcc-0b8d6acc8cde', 1, 2, '\x012b1d5e230a3df34a9433d0b1ea46a1aa72eea80ed3a4da1918da6319c70b492f214e7fbf47d4235dd84bdc9255b34836cdfdbef22b45397608e964da9b67bf3e839ea02a644d82a3ebf682fcfb19f45dd9200caeb15d84a6ef8862a256fc1ee1e5e2d72889e898ccfb40d7fe8d210eac', '\x0105ffe4d9d91a845544f2d0752553372ad2553bf5d8f93fdc93419e58d24036c5637503c96fb1126b1151b4c6246708a178693dc38713ec62dc01e4e2e0ba32ac2b755f65e8d75d132ee0eec1a9c53e0e6b4c9a7d592ee8cc31ac9af37765c57e63dfd7c227059d25e91ec66c38b95849', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3671e53b-432c-42a9-9b50-1ff8f7c5ed83", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [{"kem": "ML-KEM-768+X25519", "layer": 1, "digest": "339e1622976b48e45739ff9d2fb4ac183a1a3dd6f2a94dd1a87df4a7ab227b7d", "kms_key": "7f23fa69-472e-4623-bde1-e73e4be9fccc"}], "dek_bytes": 32, "commitment": "09eea8e17a110f028f9c973391d41e2313accc50b13aaa0e73247fa36a782096"}', 1, 1, 1, 'field', 5, 'active', '2026-11-28 01:03:15.527316+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.527316+00', '2026-11-28 01:03:15.527316+00', 54, '\x00000001a58139cf057f138dc263caf7ee54218684f0c5481ddcc2156d27840527b056e8ca70baac0d103ef8a79128bdf58eadfe3728f3bb3eb598220129abcfaafcbd6544c3b61903eb60027f0f946b89584896');
INSERT INTO kw.key_wrappers VALUES (15, 'f2bc2be0-e232-4ee7-9050-607f10fd5610', 1, NULL, '\x', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 1}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "694f204bcfbc77af911f6b8fb64a51eb46c8ba589ef5fa20c1c1dc9c4153b03c"}', 1, 1, NULL, 'field', 6, 'invalid', '2026-11-28 01:03:15.583603+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.583603+00', NULL, 55, '\x00000001000000000000000000000000000000000000000000000000000000000000000082428ae24ef9eb59f4f5231c2c6d822c');
INSERT INTO kw.key_wrappers VALUES (7, '3d92d054-3fe0-4a75-b13f-0c90373c73a0', 1, 2, '\x015c2b02586b46d99b5eeaaeff050602447f969ebc1d40891726d716acc8fc3e71b3a2cc5c4d46cea8a642ad2036c646a51de219b1a6f893b419d6f2ccbe09f7425e165fb84dfa790f6bf70b8eb1d491e5b02bf75688969d00e25b2ad40613c4d3', '\x017bb6952223ba99eea6fec3c6c2b7d351ba0c835717a919c2f04d517e655fbfbbc054e96e9f448095a2a36769313b56e844b9743b733288658e3a10fc91e78554d8c31ab0f325455da3c1e18fe4fe2d7d6c613e3d27eab09be29ef1049f9ec7d0', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3671e53b-432c-42a9-9b50-1ff8f7c5ed83", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "b79f214ccf07e1d09ae5f93986f8ebf573b7824dcb1f670b4681a260f9d5d7f6"}', 1, 1, 1, 'field', 1, 'active', '2026-11-28 01:03:15.531697+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.531697+00', '2026-11-28 01:03:15.531697+00', 56, '\x0000000191babfbabd5d18a7e9cde12b49cd4a5c389bfde55b94db88bb3640d3da982882f7959b30a2f17ddb5782eb503e48d7fb38c7cbdc0237d28027618d8077f4365774731e70e6a5d4a5485f70f40e68224b');
INSERT INTO kw.key_wrappers VALUES (8, 'db37b137-1263-4ecf-aa97-3d2996414ef1', 1, 2, '\x014becef9d7f3006c66e52265b3ef260a2fe6530c97e4167b78805142088a1cb1c8e137299be6e38a9769e3043b4a6aec0f382af41a83ae26419f9c065b948a1b047a405e6452e76959d60977dff3b07b4b5ef8d0efe2a5a430b94eb9aa69ebfdf', '\x013f2bee91bb4cc5228713f17d158635ec367d2996e15906210ffbadf709f2ba8bf062f7f752372ae7601bcb4e0b4da0f3ff5931044c4e7159ba2e6a19ede17c4ba20108efa652c48f030fa465b8540ada1e91d478870900b89ac5a13f8ecab7fc', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3671e53b-432c-42a9-9b50-1ff8f7c5ed83", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "d9aa8f90254c35e3d48417f6f17bba67190656a33949bda4f8e38371fb41ffc9"}', 1, 1, 1, 'field', 1, 'active', '2026-11-28 01:03:15.536483+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.536483+00', '2026-11-28 01:03:15.536483+00', 57, '\x000000018910a81ba36a5a800258dff074e84b80504a48c272eb85c7d56ef675a0d355e7c0cdc86da42f3936f5c9e87a98ecacf22553213bfb2df11a7278c536475f90c812d30b81f717b27cc7afe2fd2848a41b');
INSERT INTO kw.key_wrappers VALUES (9, '47052f75-d3c3-49f4-b119-11fda75e0e68', 1, 2, '\x', '\x', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3671e53b-432c-42a9-9b50-1ff8f7c5ed83", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "99b03c81888fe74892f546dadf5f2852ed93bb2e3d64f970eaa055fbe1b9d39b"}', 1, 1, 1, 'field', 1, 'invalid', '2026-11-28 01:03:15.538235+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.538235+00', '2026-11-28 01:03:15.538235+00', 58, '\x0000000100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000049199c9058ac61baf0b8edc781b1fc9');
INSERT INTO kw.key_wrappers VALUES (10, '01b4dd73-40b7-4579-9370-82c88445e2cd', 1, 2, '\x01b80321a46ecd1549da755ceb283b1236feb310415af00240a6b526cb5c751e28a0b15f03950863fa5da03dcca5576475b7dfa640cc3bca86d23c4320df4957975ea9d25e6d9a6272d1e99917157cfb573602a78dc3fcc705a09fd74163ebd210', '\x01234fe62b1a8c017985ff4fe5efd49a0554333d05b9a92c01e57dfc8a2bfe6aebd3755e3961e60d8e3d3a59d429309e1f1202604e21387f878838c04083b6e3bda1d8b256d8d7f440b7462f7877e39243f724729a6df37f2fd4957399289941cf', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3671e53b-432c-42a9-9b50-1ff8f7c5ed83", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "ab0dd6b7bbb546eb2f46de6a783c3a77c017a8af5204c9d69ffd8e2e39148344"}', 1, 1, 1, 'field', 1, 'active', '2026-11-28 01:03:15.543865+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.543865+00', '2026-11-28 01:03:15.543865+00', 59, '\x000000017bb0c98923e8abd82874be4bc573226d02b870b01c443cd864050c78f0d608179294f1740fcebdc58561045815c2f46467f3d1ba3b6d382e82c358d71589b5669e59ca1bff6bfeb9d7bfc998f22aab87');
INSERT INTO kw.key_wrappers VALUES (11, '55a1ae5d-02a2-4ddd-9a3a-5f4a3ecf2283', 1, 2, '\x01951b39b0b52fa003b4905eb603349143f50e0b61fd7aa1779fbf0e7f77a0c4bd1d4ccebf8db4bd6e209e38fe5d5396846a03a71b1c3a9e74693c5d7572f8a797a645e48e78d5b20022f41d2e650fba1461ce42db160165c53bf5c9d631ef49eb', '\x01ade0e143b4881abbc0ac7a103fcff3577cb25c2ce545e782daef4e35c0cf301d782d04fc2e535e2e3f0aee3b7e26408f6b95f09d359931a5a8288458f6f6a53e5a414ed02752b6f127264926170f30a96d0cc8cb4ec8a315b8d7b7b1b6af8d4d', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3671e53b-432c-42a9-9b50-1ff8f7c5ed83", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "c786b45f91cb97c47e2a47dcaf4e9ca2780de144488708623c0b1d83180357a0"}', 1, 1, 1, 'field', 1, 'active', '2026-11-28 01:03:15.547309+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.547309+00', '2026-11-28 01:03:15.547309+00', 60, '\x00000001309ba31d8b1373cc072dc3a2c56d1494a1ab9eaa0f395d6da6cea4cb6bbaea23430c459398a738fd4b36f529b604ac339ec6581d2c4f5d0c8a35d4dc57865f0c3149bf2c13d183817b525cb39ecfbd1f');
INSERT INTO kw.key_wrappers VALUES (14, '0c961e11-921e-441d-b26c-27f235089d99', 2, NULL, '\x016f9b61d7581906eb6f858c5554eb87a7e1215a0f0c11b5806d7b42f4d45098619ad95b2b4514aab1c45d310a4b3c4c92e1fecc03d596c7cfe4f209bddc913f903f65098a3658540c82cd8a08c833e9fc1f25ff88421bbfd13a7081456364fc33', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3671e53b-432c-42a9-9b50-1ff8f7c5ed83", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "9178286bb3bd0adb068e43bd2b1156378a14e3763e43c50cf6ff16650e1d3c4c"}', 2, 2, NULL, 'field', 6, 'active', '2026-11-28 01:03:15.560914+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.579092+00', NULL, 61, '\x000000011ef6f832082874b7019aca5e5cfd335e05cfe538877836457617f479e9a82d2417eda89af8f1927058d5422674427ccd');
INSERT INTO kw.key_wrappers VALUES (13, '97c46872-4b4f-4285-b274-774edcde6a4e', 2, NULL, '\x01bf50c83605d2419c2a067f6c1d2681929274a5bc3373d785256d23daf3fa026094401228d7710c8288b8c3059c0fa1de06d528432d67c1e0f9a70c1e574e7b8bfb4d0c700d5451f3c767ae00ce27078f5522c71c0743864086e9d56aa397083b', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3671e53b-432c-42a9-9b50-1ff8f7c5ed83", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "44d61de306543e37cb9440664a2eb7b5b9cf66604b5868ff8288fb9235eee9f2"}', 2, 2, NULL, 'field', 6, 'retired', '2026-11-28 01:03:15.557772+00', '2026-11-28 01:03:15.562228+00', NULL, NULL, NULL, '2026-11-28 01:03:15.579092+00', NULL, 62, '\x0000000169689170ce521d3c01daf729b2eeb2d61e27ab7b3bfa877e1367f708990c2cd229bb57a0e195f4ddbbc053fabcd5da0c');
INSERT INTO kw.key_wrappers VALUES (16, '1cfdcd37-43bb-4216-bfeb-2a600b6f02be', 1, 2, '\x015ec37f0ac85c5da450ea0d6b3f8ebfdbfa934f39022f35fd7b666a25071808e2e5e5582eaae5548239f5ea5e53c9b9c10b443ca8e576e5a28545a3617f2a282483d2b1edab8bbe6e9947cb71578943aff170c9c4f8e0b9af9a66d508649ad8c0', '\x01df33c9041ca4e434c0d98c7cd9f35d4852102ca642a3796257cbb1c122d568ee39faa50c908ba36e5065883370a10304d45e39b65041af391a8f213dace5edfe742eb15721b22f1ceab4c7a790dfc77684e7d5de0cf746afeb79cd222b4c1361', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3671e53b-432c-42a9-9b50-1ff8f7c5ed83", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "fe62fa3a322d7dc2e9bfada42e88c54a274ae290a508fca59a4e47ae672f3e32"}', 1, 1, 1, 'field', 1, 'active', '2026-11-28 01:03:15.617053+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.617053+00', '2026-11-28 01:03:15.617053+00', 63, '\x00000001aa281266a9207749239a21d87b6a42c268ab8449885ff557f9eb88710b07838a7299c56f2eb28710067589c0dfbad1acea3a1ad9f379f2e0620a520c3843af4e81c92a130e954217ed8c54471cde4526');
INSERT INTO kw.key_wrappers VALUES (17, '357097e8-ed6f-437c-a839-a27f89d06a99', 1, 2, '\x01a551ec0d2654bb1a80baed3c30d0b94f20ab247bd5b936c7c56e0bd950d954135d2727b09d1c61ae5a0b5d12f25305f0858272e9e63a8a811bb6ca0e1c7c98013f8a8980fd5cc34a497694eb739ff578e0ddaba5b0cc8a369a619ddb5fd27df0', '\x01bd6c23a079800e52d84b825de81552708204ea23d645df5feaca1a74dc8077cc96a6f3f1dab2a095ba4f064954503c68d2ae5db3fb4b1b29a1482a4a5c085f32640ed87ab0b4891194bb49f3f2dd5aefe5c1085dcd555c6b9177b5daeec4316e', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3671e53b-432c-42a9-9b50-1ff8f7c5ed83", "version": 1}], "mode": "either", "class": "index", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "b7009cd3f8f6308086a35a9a099cd247f4daca27eb5471bd03e83d25effd8566"}', 1, 1, 1, 'index', 1, 'active', '2026-11-28 01:03:15.617053+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.617053+00', '2026-11-28 01:03:15.617053+00', 64, '\x00000001f713f383fb23fb7b68248b070a503c7ea2b30cfba08d4d3930046eaee749125b5eb39b79f360a7f3ebecb02c72cb6a70360bd1836de4b2c96f8112dd5eab6773eb9a190cb9ea1dbece5d49e12041e7c8');
INSERT INTO kw.key_wrappers VALUES (19, 'd9a40434-14d8-4ac4-8163-8cc1a0ba26c1', 1, 2, '\x017fc0ac2eb34d0a569d5c5d130a8a75db66f9d6899bf4e9c377241750aed3b5762ef683324f005ce27cebbec6d4c37e8b8032760f03a4954445cd63a15fa42075072565a68a49e8708dfd7e8ab42c0a396891eaaa1439b25a1f934318fd50daef', '\x01a6764ca3faa2ec275959d06a5510b53db5a6154a8f0be79a540d51613a1dfd0d193bd5a35059884d2bc02a6948c3d46517231e2d2bf64282c5b381c96158f55d4b8128fd39ae151b522328f93e98ed1d9358b3f30a801307eeffe0c11324a8f7', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3671e53b-432c-42a9-9b50-1ff8f7c5ed83", "version": 1}], "mode": "either", "class": "deployment", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "edb3ca209d1773a3a923591d058d7061bf43eb4b12b549c8e2a58893e004e100"}', 1, 1, 1, 'deployment', 1, 'active', '2026-11-28 01:03:16.396051+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:16.396051+00', '2026-11-28 01:03:16.396051+00', 2, '\x00000001293f8814bfa42e8ff972a717023cfdad48564fd660c74a7e0a0b36d7597507bc2cc740636d06a226a9e146e679e2bf35fb29ffc3a8825da40684cd76fa7d2c1781b39ab8b9ae91a679c9ccd24019dea3');
INSERT INTO kw.key_wrappers VALUES (18, 'a2209a79-1682-40f4-9a40-d033b42c045e', 1, 2, '\x01e5317d4a981f53d23afebb72372324cc7bba39e76165725182533a01a17aa494254c916aa9a5ea149943ee0407b985d2e38ecd2ecb3dc65cfd8153f22532623e116997256cc1e33e9f89ed6e503b246268b49c2822e6fbc6ca02ee5a3c672166', '\x0163122f78887bf5eb39b63e957bd7910f4d66fab226f65916a2c0498469670eeee83c18d4079fbe0a402cf01cb1fbf9a492e5d029bc8a00c33706caaf72308799ac2ef38fd90b4c83402cd88c0c25ee956a3f84e35519a863d41f34f8c922a7d4', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b7086fea-9d81-4be9-8f4d-5f769431cef7", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3671e53b-432c-42a9-9b50-1ff8f7c5ed83", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "050bfed93fa8de377db70b1d487ac256149afee3a49cd6b3a82322b6cf948adf"}', 1, 1, 1, 'field', 1, 'active', '2026-11-28 01:03:15.764215+00', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.764215+00', '2026-11-28 01:03:15.764215+00', 65, '\x0000000113a4ace951e31d685617fcfab8d03314b4c77a5994c756915c55f3dd83471b9d18fbae4ddb6ba94443df3566af00a0954ccdb199bf24ac25b3da3d15a23f3df5767a070755e6b5579d84b63a52aed599');


--
-- Data for Name: encryption_bindings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_bindings VALUES (702624921785482819, 'public.people', '*', 'diagnosis', DEFAULT, 3, 1, 'live', '2026-11-28 01:03:15.476434+00', false, 2, 66, '\x0000000152aeb6e8bfdece92e9bc7feff88bc8f1');
INSERT INTO kw.encryption_bindings VALUES (1440766476193765933, 'acme.users', '*', 'email', DEFAULT, 10, 1, 'live', '2026-11-28 01:03:15.543865+00', false, 2, 67, '\x000000012470ff9d2efd3c55aa62d6c41e1b3bf3');
INSERT INTO kw.encryption_bindings VALUES (1646799709270170475, 'public.notes', '*', 'text', DEFAULT, 9, 1, 'shredded', '2026-11-28 01:03:15.538235+00', true, 2, 68, '\x00000001c07fd4dcd26b2ff3fc55ca4aebec0900');
INSERT INTO kw.encryption_bindings VALUES (2901933253821828569, 'public."Odd.Names"', '*', 'f', DEFAULT, 11, 1, 'live', '2026-11-28 01:03:15.547309+00', false, 2, 69, '\x00000001a85776d94c7cb6e751e8e3181586b5d4');
INSERT INTO kw.encryption_bindings VALUES (3482556415110632344, 'public.people', '*', 'ssn', DEFAULT, 5, 2, 'live', '2026-11-28 01:03:15.46076+00', false, 2, 70, '\x000000014d3edb1d3e042ed6ff2de42d529a589c');
INSERT INTO kw.encryption_bindings VALUES (5800428150908945411, 'public.people', '2', 'diagnosis', DEFAULT, 4, 1, 'shredded', '2026-11-28 01:03:15.478642+00', true, 1, 71, '\x000000019dfe6f12bdcc360f06612a45a3d45969');
INSERT INTO kw.encryption_bindings VALUES (6170704479042285596, 'public.tokens', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'secret', DEFAULT, 7, 1, 'live', '2026-11-28 01:03:15.531697+00', false, 1, 72, '\x00000001000d55e7e443157e98f48b129be08df4');
INSERT INTO kw.encryption_bindings VALUES (6378061733484441655, 'public.moved', '1', 'f', DEFAULT, 15, 1, 'shredded', '2026-11-28 01:03:15.583603+00', true, 1, 73, '\x00000001ed13801cdacbbf9447cc3e07b57be618');
INSERT INTO kw.encryption_bindings VALUES (6587193147800610697, 'public.moved', '*', 'f', DEFAULT, 14, 2, 'live', '2026-11-28 01:03:15.557772+00', false, 2, 74, '\x00000001a2433bf1af3f5c1616630050f9b054c9');
INSERT INTO kw.encryption_bindings VALUES (7147481455844518711, 'public.customers', '*', 'email', DEFAULT, 16, 1, 'live', '2026-11-28 01:03:15.617053+00', false, 2, 75, '\x000000019acebc01ac3fbe19291a044a7029a754');
INSERT INTO kw.encryption_bindings VALUES (7978751197626608184, 'public.notes', '*', NULL, DEFAULT, 8, 1, 'live', '2026-11-28 01:03:15.536483+00', false, 2, 76, '\x000000010dfce672e13f3757ea69d3ddad92bcd5');
INSERT INTO kw.encryption_bindings VALUES (8536529860568436603, 'public.suppliers', '*', 'phone', DEFAULT, 18, 1, 'live', '2026-11-28 01:03:15.764215+00', false, 2, 77, '\x00000001effd90a60d685e980a41c8e1c9f5a271');
INSERT INTO kw.encryption_bindings VALUES (9096924983987488817, 'public.tokens', '*', 'hint', DEFAULT, 6, 1, 'live', '2026-11-28 01:03:15.527316+00', false, 2, 78, '\x000000019ed58b59ecb79a904a301646980f354b');


--
-- Data for Name: binding_generations; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.binding_generations VALUES (3482556415110632344, 1, 2, '2026-11-28 01:03:15.48903+00', 79, '\x000000013f69ce57cfcb19d6a340f6dc224ed904');
INSERT INTO kw.binding_generations VALUES (6587193147800610697, 1, 13, '2026-11-28 01:03:15.560914+00', 80, '\x00000001cf6149889bd080fa27d711dc2b2876eb');


--
-- Data for Name: blind_indexes; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.blind_indexes VALUES ('f869b54d-f21a-41cb-8789-89df5bba0c3d', 'public.customers', 'email', NULL, 'email', 128, 1, 17, NULL, 'live', '2026-11-28 01:03:15.617053+00', 43, '\x00000001013b63d6fdb402c7a403a78c87561cca');


--
-- Data for Name: deployments; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.deployments VALUES (1, 'd910f343-05ea-4680-9c17-a6b43f60f66b', 19, 0, 'sealed', '2026-11-28 01:03:16.396051+00', 81, '\x00000001207dba328e0a00dff55626557443e25e');


--
-- Data for Name: entities; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entities VALUES ('acme.users', NULL, 'acme.users', NULL, '2026-11-28 01:03:15.543865+00', NULL, '709e6ca3-c41b-49fe-9d09-25fa810ce09b', 'acme.users', 28, '\x000000011739aedca30036049ec71d7e6c46c07c');
INSERT INTO kw.entities VALUES ('public."Odd.Names"', 19200, 'public."Odd.Names"', 'postgres', '2026-11-28 01:03:16.374603+00', 'integer', '765873e7-0438-4dd2-aaf8-e390e7330769', 'public."Odd.Names"', 29, '\x0000000116e3b4f35156ed47a1af751e43ece1e7');
INSERT INTO kw.entities VALUES ('public.customers', 19205, 'public.customers_protected', 'postgres', '2026-11-28 01:03:16.375117+00', 'integer', '5d9b116a-29d4-4a56-b478-5b50a45f60c2', 'public.customers', 30, '\x0000000163c30c3fe006e9b6912cf76323bba604');
INSERT INTO kw.entities VALUES ('public.moved', 19216, 'public.moved', 'postgres', '2026-11-28 01:03:16.374842+00', 'integer', 'f9e9ac8d-000b-4b91-993a-fed5f9356f58', 'public.moved', 31, '\x000000018b8782a2c5e38feb9e0cde799b8af1f6');
INSERT INTO kw.entities VALUES ('public.notes', 19221, 'public.notes', 'postgres', '2026-11-28 01:03:16.374057+00', 'integer', 'c0038b5a-cb49-461f-adc9-fb1a32578248', 'public.notes', 32, '\x000000017d1729ad9de8e3e54d546e1f584c6b68');
INSERT INTO kw.entities VALUES ('public.people', 19226, 'public.people', 'postgres', '2026-11-28 01:03:16.373053+00', 'integer', '1f0253d7-6403-41ad-8507-fc41050bacde', 'public.people', 33, '\x000000013ce688472881fefd61ff97f8841eb1c4');
INSERT INTO kw.entities VALUES ('public.suppliers', 19231, 'public.suppliers', 'postgres', '2026-11-28 01:03:16.375311+00', 'integer', '59bd31eb-bbf6-449e-9536-458f99b5ccfe', 'public.suppliers', 34, '\x000000015827d576ed05ffe5fe205697a655b4bf');
INSERT INTO kw.entities VALUES ('public.tokens', 19238, 'public.tokens', 'postgres', '2026-11-28 01:03:16.373721+00', 'uuid', '62174605-60ef-4a21-80dd-401d95c29b01', 'public.tokens', 35, '\x00000001f73bdb3a7473c954eaefc315641ba392');


--
-- Data for Name: entity_fields; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entity_fields VALUES ('public.notes', 'text', NULL, false, true, NULL, '17502221-3e00-48b9-940b-dc908550ada5', true, false, NULL, 36, '\x000000018ebd40272fa9def538aaefc2583ed3b6');
INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, false, NULL, '3ef88349-23fe-4dde-9a88-097dc9c2c1e1', true, false, NULL, 37, '\x00000001cfcfac036477f8ef605d48c6a0f8d2af');
INSERT INTO kw.entity_fields VALUES ('public.moved', 'f', NULL, true, true, NULL, '5c8488d2-5096-47c0-92fb-cb0700870e93', true, false, NULL, 38, '\x00000001568798427466b4acaa66519ce279d49c');
INSERT INTO kw.entity_fields VALUES ('public.moved', 'f', NULL, true, false, NULL, '8096e671-f815-405a-a190-ae3d39883a26', true, false, NULL, 39, '\x00000001a6c7592d192f1b9a798947664bda51f3');
INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, true, NULL, '8493d4e1-0b6d-4cb5-92e0-3f046933945e', true, false, NULL, 40, '\x0000000145608ac26d21ee601cf608e880c6c96e');
INSERT INTO kw.entity_fields VALUES ('public.tokens', 'secret', NULL, true, false, NULL, 'bb098371-b660-4cf7-a584-7e1da1296ee5', true, false, NULL, 41, '\x000000014d61e9bdf71dd0d97b64b3c3cc0edbb1');
INSERT INTO kw.entity_fields VALUES ('public.moved', 'f', NULL, false, false, NULL, '652e3069-0204-420c-89fa-0a18a3b96881', false, false, 'statements', 84, '\x000000011e09050bc3b5c88284767f41765e3ebb');


--
-- Data for Name: field_grants; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.field_grants VALUES ('public.people', 'ssn', 'pg_monitor', true, false, 'postgres', '2026-11-28 01:03:15.519324+00', '06442d80-f3d6-4cf8-b28a-fd4a22e91a02', 17759, 10, 'postgres', 3373, 'd091115e-75c3-494d-bf3f-a358b9077fc5', 42, '\x000000015911ae5a4ade37a5ac5791779f72cdc4');


--
-- Data for Name: former_wraps; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.former_wraps VALUES (3, 2, '2026-11-28 01:03:15.543374+00');
INSERT INTO kw.former_wraps VALUES (6, 1, '2026-11-28 01:03:15.58693+00');


--
-- Data for Name: generation_usage; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: signing_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.signing_keys VALUES (1, 9, 'app', 'application:orders', 'local', '\xf9c769816ef7202174eea218612680fc59fc5efd563a0eac1896b0b35cf41c64', '\x01f32c8ec194b61d5f5472e2ffe03ee6b56de8ae38ecf012beb738a0c52cfa149877f1b1baeb69dd4e2a9cdb8bc61a514977831ba61c20bf5a50eaf709', 1, 'active', '2026-11-28 01:03:16.375773+00', '2026-11-28 01:03:16.395092+00', NULL, NULL, NULL, 27, '\x000000016590e7bcf9a6154c1c88ac09f1618ca3');
INSERT INTO kw.signing_keys VALUES (2, 9, 'log', 'log', 'local', '\xf83660b52dfcf5148f8531c5ea282c95b98e0c3684d210f821852252b953e396', '\x0163d8502fa98d79bdf5072f3dfdd622764017f81f7e6b0d2d249252c1ac6da48cba90cf364ad712cb2db03c390e214b97fa0d18cc3ebaea9d5dd44f5a', 1, 'active', '2026-11-28 01:03:16.437328+00', '2026-11-28 01:03:16.438131+00', NULL, NULL, NULL, 82, '\x00000001797479c8f231fc7fa321ad95e239f369');


--
-- Data for Name: import_sources; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: imported_wrappers; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: kem_private_keys; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: key_wrapper_layers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrapper_layers VALUES (1, 6, 1, 4, 5, '\xef13f46c12691a3cba5b477daa4b9334d1cfd0e9e8e37c6b82bba218b6b3ee819ccc787f4b86f813b13c2f0277165d451d856ecc7ef401c60ccde40571359809f65670f60fd7ed8d5bfa6f4bfb546b5ae887cc0d89692feaedb239f97b545db6c0bbe1e4dc850f38a96ba11dd5c88f080b8250bef565650006c0b7139e3980cbb25f253f991673e859895c5f1d951cf55c0c9ead4c3353871393f477a4ef37c6b32bb86c6ac60aef3522c37837a89d8f299f2cd1d76cab1a26cc301df61cfcb994aa81b960dc447011c0d9bd902bb3797fc43a2f54bd902c9e9f0709b935056db8d3f60ef56f27fcb02becd0ead73d1a58a699c81478d14495b5d6a313ad9205c4df83115035a7fe2ba1c90f25fc783865f5402450f6740f6f80f9c598fe2e8c97d0baa22e808387b18c8c13c759cfa8656ba7ff1677c743b0c8942e37dbc50b1b83336fcc63402b42909861ad82d5ec2452eb8b63d098b977dfff991b151e29afa3ed0703d9a184c2c42879c8dbf49efe4c254b111cdf22834ad668e303180e4014252de6b13ff683a51e346679cbadc0d055eab736ad6b7f9c85d0c05122fbc1c2673d388c324e507f39333b48e8eb1eb18df811f5ce0daf7a4e8f74ea8be86951e0f2da2e7ac68b24b6a23313409a3b7a274e839631062f619c0bb9f6e6b60a30c42001fb2f83b093bd74b5d85c7fdcba34effcc796bd9b3f2f5f7bb2f1d180a681e9b461bb82221df2c0b3cd1132eeccd3e64c72251b71802750aaf29f0a9a560d6cf4fe18f1841b41dcb1c0e1cb8e87bf9431273cd340930d08df3a5b4eed87c24e9b0c6d1bef779a0a906e203d5fda52df3fdc5e2328d39eb4392b63fd829ba094eace8f415f404d705be08aaa93dafbc72b9254c9d067e455e15148c0aea257af078f26f71f7f0cbc3a9502622632d0a3b837fcf6aeaac6ea4969d65e2ef5798f1e5dffdda1ca9dd640e08cea71497d396337c9c446430ae1d9c8a25094665f63ac682d20290ee1b148a68581c990959428faecd29677f1d2880168d71adb2924e532be100719aea37131eefc1fbfd626272725571a06e56933c0dc7423c3797f7b5b29de7313d71e10e5e2f987e09df018ea116220736d83c5c3fd83ca8648f3dd1fddcd2b59f7d918161d6cd2f8fa3ba8ec43a2b804899090d71c89e33852e8e4dda99d80f899a55fe49e38f76a52cd81dd21aaf1bf1504f17346d11777cbb938d6f9306da4fc462c7e2a37a021e237329d6993192ad7bf2d5baddb2aa1e6e70d8d09231065e94041b6cb790ef0d97264f2bf1e7e268b1ff4f06bb518f4ac5d447f94a9320dfdfd5952fc0ddeaed6a2c5604bd05a1a31d6b2919589186527b0c2684cbc22517f10983f0e5fe7ecd69ef8b17adb9e36fb458020cec7b1fc779944a2ca91511a3438c0b4a234934f46f4432bef7ba71ef32fccb166c2ae129445c195e8c41fb26d0789a65186d62924ac1947f3048c39bc4c015c33a228a2656c492dbec16ac4b5ddf508d459106ab8eda6a729336eed7c1c4335f89c2d9d6fd49b0b6394a22e4d8cbca7674d9333936bf0a330092a638dccb7566707', '\xe2370a985693047796e0581f40c57ce7c7582c77398df9c391e6b681bcbbb8209778306760518ccbcb5dd698101833c749375fba450265799c6df98dda986ed22c9b89333a26ba255bf9ccb8c371735b90375970fc734689f620c231bfd138ab60d02f04a27ddbb99f85e985ec789d64cabdc12662dd3436f894abd3f4b622722fca0b14042a3c3aa19af109503b877a66527b8e43c7c016089abc653691b539b7565f2c35a6a351347c128093c2cbdc4f743346a769577334bf94b0af0360766e2810d9448635d3605d176f5f7007283a284159433f93bdeeca4cc03132e76140af5203b263231891728d645d608c48f58492b06a631ee4b62c816654759b0787a6fc88cf94516a8178ac92494505e8124c50b426860e06267dd971c7b47652cce1aa76c349dfa73d76092ee3b3a96479b78f42747e39bf6eb9c7d44837df7a6799f48ac801c38399c507cb647ae923ed50c28d69ca130c5db616bf22206ce6c14720daaba7348e6041b10481b13311a657bb7e2de20c2e53715ec8699c453a7543c06c51434b183285c3277ccb561207b936e4c24aab161108853a5201513c98839a8ff7790e17d48823a19c95885535528ee9bab96558564aa38dd538800557318e067fbd55cff0d1b7d1511e99330b44b2c6617a52a6f945047b7829d2c884804829f92e37325dac5315b68ac22825a20cb699966b2233d826291c29f299234c24cf2dc772650a5975e267db357896a44ab4b9c47327c049d03c7e3941a468946cda46dce18c8cd7115914426d0719a0654ac13574ab26be24c4c4db5a9ec4c156f27032374cc49d2275dce443d10640e69639b4c078bb67caa5ca02811ccd53563f6b7413cfb2c8a691b848f62a21c61865b7cbca688eb1e114c416ba0dc93379d11b903c28436912c5a966bbb8a5bba3cfa023621786a85b855e75dcc914a045e3b35d58359aab19a6cd155cf6d70eb705a0199b4f7765c19e70c9011bad0cb65da27664b26091d4a1b52e40c0538a93c1a82f0f6a90f43b45cfe17edc489b4289c13cd74f1dd632c3d7332e9516e9a0b2f41c4aadf883f551b09a6c7abda40dc7ccb5398ac310b099e74a4348eb8033c36955e057e286c87b614ed7571b5cec57aeb5b3c16484a3b6815258ccddf6160e6550c67cafcdd0a6a78252c4e692635345c74b99bd8a9c86c25c96b531831bad34559522d3c451f6ad91863242309cb82c5532f579815ba582129927c6ccc2d43dba169c478995289cc136a26504845dc47c7381c81107581c216bc78260a80854516f8b15ddba5de648ad67492608025be5f20ca39030a5d13881984db942296e5b8fbb9a57b3077312b5c5716b0a077a510fd39d52a2973893b77f3a688771237e98a896c163bbc3ad0e3b4e7257865a441053d7b096250fe6c431b33a4271d35e82a09339c59d21ec3ac1b885770ccee2c96a3a791364b12c999a06673ab9b9b158e03771363686f9b90301ab2aab59ce3fcacf3140864331c5c7d2191582a16ff5273d9226c98b815cf771d4247cefd321f28348caf24863876deddb4764303f4b39a83e9474dc9c0b131142c89abf03100dbec5550c6a79360c37cbb2924df354cc8b3134621b38c12f1dc3543abaeddd93c1fc1aefed50b6715f839fcf0756fbfe92e0e7f950c4a3a755fdb7941cd033b3860c70dc800579c0a9aedc2278c2b59851fb3179c2a26e2b', NULL, '{"kdf": 1, "kem": 25722, "aead": 2, "hpke": "draft-ietf-hpke-pq-04"}', '2026-11-28 01:03:15.527316+00');


--
-- Data for Name: kms_health_checks; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: kms_probe_totals; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: logs; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.logs VALUES (1, 'd910f343-05ea-4680-9c17-a6b43f60f66b', 0, 'db.example.com', 'db.example.com/kwtools/d910f343-05ea-4680-9c17-a6b43f60f66b/0', 54, '\x354770a1f4a45aa50ea9f6eff33fcf061241ade2d86774e1aa45a4edcac9fd018813e94026991e17409068d88fccbbef1f4e80957576b256bfb9ffd5a3bf68ae5e617738d0155cd6678b281162f9e28fdfa3e27970a0b082ca9c00297b3749ec49cb75370509b11247fcfa54a8c44dbc108b074acb5432ce7cd9eb568d04b63a', 0, 53, '1535', '2026-11-28 01:03:16.448283+00');


--
-- Data for Name: log_checkpoints; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.log_checkpoints VALUES (1, 1, 52, '\xf3697ed63f562105e1a2143a9c4bd4bbf82950d7d68fd10ae6f19bd4e3212fdb', 'db.example.com/kwtools/d910f343-05ea-4680-9c17-a6b43f60f66b/0
52
82l+1j9WIQXhohQ6nEvUu/gpUNfWj9EK5vGb1OMhL9s=

— db.example.com/kwtools/d910f343-05ea-4680-9c17-a6b43f60f66b/0 E21AoUwTspJe0LPPr0VNO0PLzewjbrZk3tmJgSQdVUpstQd1dd4/Yg/syH7YyrpjmJStU9uaHV6B/JTvCessB/xsMAA=
', '2026-11-28 01:03:16.464511+00');
INSERT INTO kw.log_checkpoints VALUES (2, 1, 54, '\x303acd2076f4a18e3f37b31ee4216b083eb2ecef12f0784d65f4863f76e69068', 'db.example.com/kwtools/d910f343-05ea-4680-9c17-a6b43f60f66b/0
54
MDrNIHb0oY4/N7Me5CFrCD6y7O8S8HhNZfSGP3bmkGg=

— db.example.com/kwtools/d910f343-05ea-4680-9c17-a6b43f60f66b/0 E21Aoa79oshO0Zj2SmHK87V+KUs5aH26t5xYojcQ4c+jgxtNFzb788+gone9YwSl/rDBPorMxVlVSzJHUJCOnovvoQE=
', '2026-11-28 01:03:16.477393+00');


--
-- Data for Name: witnesses; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: log_cosignatures; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: log_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.log_keys VALUES (1, 2, 'db.example.com/kwtools/d910f343-05ea-4680-9c17-a6b43f60f66b/0+136d40a1+Afg2YLUt/PUUj4UxxeooLJW5jgw2hNIQ+CGFIlK5U+OW', '2026-11-28 01:03:16.449172+00', NULL, 83, '\x000000011092cfb4f8f2bc8122664eccb030ad2c');


--
-- Data for Name: log_leaves; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.log_leaves VALUES (1, 0, 1, '\x7b22616374696f6e223a226164645f70726f7669646572222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b696e64223a226c6f63616c227d2c226576656e74223a2231222c22696e6361726e6174696f6e223a302c226f626a656374223a226c6f63616c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3332383639315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 1, 2, '\x7b22616374696f6e223a226164645f6b6d735f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b2270726f7669646572223a226c6f63616c222c22726566223a22302e31302e302d31227d2c226576656e74223a2232222c22696e6361726e6174696f6e223a302c226f626a656374223a226b65792031222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3333323835305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 2, 3, '\x7b22616374696f6e223a226164645f6b6d735f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b2270726f7669646572223a226c6f63616c222c22726566223a22302e31302e302d32227d2c226576656e74223a2233222c22696e6361726e6174696f6e223a302c226f626a656374223a226b65792032222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3333363535305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 3, 4, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b657973223a5b312c325d2c226c6179657273223a5b5d2c226d6f6465223a22656974686572227d2c226576656e74223a2234222c22696e6361726e6174696f6e223a302c226f626a656374223a2264656661756c74222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3333393834355a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 4, 5, '\x7b22616374696f6e223a226164645f70726f7669646572222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b696e64223a2277726170706572227d2c226576656e74223a2235222c22696e6361726e6174696f6e223a302c226f626a656374223a226272616e63686573222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3434343332305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 5, 6, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b657973223a5b312c325d2c226c6179657273223a5b5d2c226d6f6465223a22626f7468227d2c226576656e74223a2236222c22696e6361726e6174696f6e223a302c226f626a656374223a22626f7468222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3434373431325a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 6, 7, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b657973223a5b315d2c226c6179657273223a5b5d2c226d6f6465223a2273696e676c65227d2c226576656e74223a2237222c22696e6361726e6174696f6e223a302c226f626a656374223a2273696e676c65222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3434383131335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 7, 8, '\x7b22616374696f6e223a226164645f6b6d735f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b2270726f7669646572223a226272616e63686573222c22726566223a2234353738383865632d376533322d346363372d386362322d313861653663363731343639227d2c226576656e74223a2238222c22696e6361726e6174696f6e223a302c226f626a656374223a226b65792033222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3435353937315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 8, 9, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b657973223a5b335d2c226c6179657273223a5b5d2c226d6f6465223a2273696e676c65227d2c226576656e74223a2239222c22696e6361726e6174696f6e223a302c226f626a656374223a226272616e6368222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3435383633375a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 9, 10, '\x7b22616374696f6e223a227365745f73657474696e67222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b2276616c7565223a36307d2c226576656e74223a223130222c22696e6361726e6174696f6e223a302c226f626a656374223a2263616368655f7365636f6e6473222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3436303435335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 10, 11, '\x7b22616374696f6e223a22726577726170222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b6d7331223a6e756c6c2c226b6d7332223a6e756c6c2c2276657273696f6e223a327d2c226576656e74223a223131222c22696e6361726e6174696f6e223a302c226f626a656374223a22777261707065722035313639636331362d663865342d343137632d623233392d383361366434313930623765222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3531303831305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 11, 12, '\x7b22616374696f6e223a22726577726170222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b6d7331223a6e756c6c2c226b6d7332223a6e756c6c2c2276657273696f6e223a327d2c226576656e74223a223132222c22696e6361726e6174696f6e223a302c226f626a656374223a22777261707065722066663133613431352d656238392d343366632d383230392d346434316436613737633761222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3531313636365a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 12, 13, '\x7b22616374696f6e223a22726577726170222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b6d7331223a6e756c6c2c226b6d7332223a6e756c6c2c2276657273696f6e223a327d2c226576656e74223a223133222c22696e6361726e6174696f6e223a302c226f626a656374223a22777261707065722066303762616564362d633839642d343466642d613432352d323563393330626562333665222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3531323337355a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 13, 14, '\x7b22616374696f6e223a22726577726170222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b6d7331223a6e756c6c2c226b6d7332223a6e756c6c2c2276657273696f6e223a327d2c226576656e74223a223134222c22696e6361726e6174696f6e223a302c226f626a656374223a22777261707065722034653036363263352d353461642d346636322d383662622d323133306138626563363363222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3531333031325a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 14, 15, '\x7b22616374696f6e223a227368726564222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226261746368223a312c2262656e65617468223a302c2264657374726f7965645f726f6f74223a2266353531663830626234323563393036643230613633343137613164376136386161613130386430313430333039376538643036393366303165333134633861222c226c656674223a302c227772617070657273223a317d2c226576656e74223a223135222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e70656f706c652e646961676e6f736973206f66206b657920273227222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3531383533325a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 15, 16, '\x7b22616374696f6e223a226772616e745f6669656c64222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226772616e746565223a2270675f6d6f6e69746f72222c226d61795f72656164223a747275652c226d61795f7772697465223a66616c73657d2c226576656e74223a223136222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e70656f706c652e73736e222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3532303732395a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 16, 17, '\x7b22616374696f6e223a226164645f6b6d735f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b2270726f7669646572223a226c6f63616c222c22726566223a22302e31302e302d7071227d2c226576656e74223a223137222c22696e6361726e6174696f6e223a302c226f626a656374223a226b65792034222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3532343931305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 17, 18, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b657973223a5b312c325d2c226c6179657273223a5b345d2c226d6f6465223a22656974686572227d2c226576656e74223a223138222c22696e6361726e6174696f6e223a302c226f626a656374223a226c617965726564222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3532363130305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 18, 19, '\x7b22616374696f6e223a227368726564222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226261746368223a332c2262656e65617468223a302c2264657374726f7965645f726f6f74223a2236353838376433666465303437663361636430353466326332383939643639653938303833656431643165363436313839306435303364643866653463623061222c226c656674223a302c227772617070657273223a317d2c226576656e74223a223139222c22696e6361726e6174696f6e223a302c226f626a656374223a22657665727920726f77206f66207075626c69632e6e6f7465732e74657874222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3534333535315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 19, 20, '\x7b22616374696f6e223a227365745f616c676f726974686d5f737461747573222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b22737461747573223a2264657072656361746564227d2c226576656e74223a223230222c22696e6361726e6174696f6e223a302c226f626a656374223a224d4c2d4b454d2d31303234222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3535323930345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 20, 21, '\x7b22616374696f6e223a227365745f706f6c6963795f72656e6577616c222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226d61785f777261705f616765223a22312079656172222c2272656e6577735f6f6e655f6c6567223a747275657d2c226576656e74223a223231222c22696e6361726e6174696f6e223a302c226f626a656374223a22706f6c69637920626f7468222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3535363036355a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 21, 22, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b657973223a5b315d2c226c6179657273223a5b5d2c226d6f6465223a2273696e676c65227d2c226576656e74223a223232222c22696e6361726e6174696f6e223a302c226f626a656374223a226c656176696e67222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3535363633325a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 22, 23, '\x7b22616374696f6e223a227265746972655f67656e65726174696f6e73222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b227772617070657273223a317d2c226576656e74223a223233222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e6d6f7665642e66222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3537353336395a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 23, 24, '\x7b22616374696f6e223a227363686564756c655f726577726170222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b6d735f6b65795f6964223a312c226e65775f6b6d735f6b65795f6964223a322c22706f6c696379223a226c656176696e67227d2c226576656e74223a223234222c22696e6361726e6174696f6e223a302c226f626a656374223a2232207772617070657273222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3537383738315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 24, 25, '\x7b22616374696f6e223a2272756e5f7265777261705f6a6f6273222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b22646f6e65223a327d2c226576656e74223a223235222c22696e6361726e6174696f6e223a302c226f626a656374223a2232207772617070657273222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3538333237375a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 25, 26, '\x7b22616374696f6e223a227368726564222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226261746368223a352c2262656e65617468223a302c22636f756e74223a312c2264657374726f7965645f726f6f74223a2235306165333064616464316261333432313962643363343732656139633231616534663238353533616233386430356233633834313332343338306536383561222c226669727374223a5b2231225d2c226c656674223a302c227772617070657273223a317d2c226576656e74223a223236222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e6d6f7665642e66206f662031206b657973222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3538373131355a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 26, 27, '\x7b22616374696f6e223a226372656174655f696e6465785f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b22696e646578223a2266383639623534642d663231612d343163622d383738392d383964663562626130633364222c2277726170706572223a2233353730393765382d656436662d343337632d613833392d613237663839643036613939227d2c226576656e74223a223237222c22696e6361726e6174696f6e223a302c226f626a656374223a22626c696e6420696e646578206f66207075626c69632e637573746f6d6572732e656d61696c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3731313231395a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 27, 28, '\x7b22616374696f6e223a227365745f70726f7465637465645f6669656c64222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b22636970686572746578745f636f6c756d6e223a22656d61696c5f656e63727970746564222c22696e6465785f75756964223a2266383639623534642d663231612d343163622d383738392d383964663562626130633364222c226b65795f73636f7065223a22636f6c756d6e222c226e6578745f746f6b656e5f636f6c756d6e223a6e756c6c2c2274656e616e745f636f6c756d6e223a6e756c6c2c22746f6b656e5f636f6c756d6e223a22656d61696c5f746f6b656e222c2276616c75655f74797065223a2274657874227d2c226576656e74223a223238222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d6572732e656d61696c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3731373737385a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 28, 29, '\x7b22616374696f6e223a2270726f746563745f657870616e64222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b65795f73636f7065223a22636f6c756d6e222c2270726f74656374696f6e223a312c22736561726368223a22657175616c697479222c2273686f776e5f6279223a2276696577227d2c226576656e74223a223239222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d6572732e656d61696c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3731383331345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 29, 30, '\x7b22616374696f6e223a2270726f746563745f766572696679222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b2270726f74656374696f6e223a317d2c226576656e74223a223330222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d6572732e656d61696c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3734333536305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 30, 31, '\x7b22616374696f6e223a227365745f70726f7465637465645f6669656c64222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b22636970686572746578745f636f6c756d6e223a22656d61696c222c22696e6465785f75756964223a2266383639623534642d663231612d343163622d383738392d383964663562626130633364222c226b65795f73636f7065223a22636f6c756d6e222c226e6578745f746f6b656e5f636f6c756d6e223a6e756c6c2c2274656e616e745f636f6c756d6e223a6e756c6c2c22746f6b656e5f636f6c756d6e223a22656d61696c5f746f6b656e222c2276616c75655f74797065223a2274657874227d2c226576656e74223a223331222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d6572732e656d61696c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3735343233365a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 31, 32, '\x7b22616374696f6e223a226372656174655f70726f7465637465645f76696577222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b22656e746974795f7461626c65223a227075626c69632e637573746f6d657273222c2273687265646465645f61735f6e756c6c223a66616c73657d2c226576656e74223a223332222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d657273222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3735383731345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 32, 33, '\x7b22616374696f6e223a2270726f746563745f6375745f6f766572222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b2270726f74656374696f6e223a312c22776179223a2276696577227d2c226576656e74223a223333222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d6572732e656d61696c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3735393131365a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 33, 34, '\x7b22616374696f6e223a2270726f746563745f636f6e7472616374222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b2270726f74656374696f6e223a317d2c226576656e74223a223334222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d6572732e656d61696c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3736323139305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 34, 35, '\x7b22616374696f6e223a227365745f70726f7465637465645f6669656c64222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b22636970686572746578745f636f6c756d6e223a2270686f6e655f656e63727970746564222c22696e6465785f75756964223a6e756c6c2c226b65795f73636f7065223a22636f6c756d6e222c226e6578745f746f6b656e5f636f6c756d6e223a6e756c6c2c2274656e616e745f636f6c756d6e223a6e756c6c2c22746f6b656e5f636f6c756d6e223a6e756c6c2c2276616c75655f74797065223a2274657874227d2c226576656e74223a223335222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e737570706c696572732e70686f6e65222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3736393835355a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 35, 36, '\x7b22616374696f6e223a2270726f746563745f657870616e64222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b65795f73636f7065223a22636f6c756d6e222c2270726f74656374696f6e223a322c22736561726368223a6e756c6c2c2273686f776e5f6279223a22636f6c756d6e227d2c226576656e74223a223336222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e737570706c696572732e70686f6e65222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3737303036315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 36, 37, '\x7b22616374696f6e223a2270726f746563745f766572696679222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b2270726f74656374696f6e223a327d2c226576656e74223a223337222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e737570706c696572732e70686f6e65222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31352e3737343738355a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 37, 38, '\x7b22616374696f6e223a22636865636b5f726573746f7265222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b227461626c6573223a5b22616c676f726974686d5f7374617475736573222c2261756469745f6576656e7473222c2262696e64696e675f67656e65726174696f6e73222c22626c696e645f696e6465786573222c22656e6372797074696f6e5f62696e64696e6773222c22656e6372797074696f6e5f706f6c6963696573222c22656e746974696573222c22656e746974795f6669656c6473222c226669656c645f6772616e7473222c22666f726d65725f7772617073222c226b65795f777261707065725f6c6179657273222c226b65795f7772617070657273222c226b6d735f6b657973222c226b6d735f70726f766964657273222c22706f6c6963795f6b6d735f6b657973222c2270726f7465637465645f6669656c6473222c2270726f7465637465645f7669657773222c2270726f74656374696f6e73222c227265777261705f6a6f6273222c2273657474696e6773222c2273687265645f7265636569707473225d7d2c226576656e74223a223338222c22696e6361726e6174696f6e223a302c226f626a656374223a226b77222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3336353831385a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 38, 39, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b7d2c226576656e74223a223339222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e70656f706c65222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3337333138345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 39, 40, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b7d2c226576656e74223a223430222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e746f6b656e73222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3337333738305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 40, 41, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b7d2c226576656e74223a223431222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e6e6f746573222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3337343130305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 41, 42, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b7d2c226576656e74223a223432222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e5c224f64642e4e616d65735c22222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3337343634355a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 42, 43, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b7d2c226576656e74223a223433222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e6d6f766564222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3337343837345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 43, 44, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b7d2c226576656e74223a223434222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d657273222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3337353135315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 44, 45, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b7d2c226576656e74223a223435222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e737570706c69657273222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3337353334315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 45, 46, '\x7b22616374696f6e223a226372656174655f7369676e696e675f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b22616374697661746564223a747275652c22616c676f726974686d223a2245643235353139222c226b6579223a312c2273636f7065223a226170706c69636174696f6e3a6f7264657273227d2c226576656e74223a223436222c22696e6361726e6174696f6e223a302c226f626a656374223a22617070222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3339353635305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 46, 47, '\x7b22616374696f6e223a226372656174655f6465706c6f796d656e74222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b2277726170706572223a2264396134303433342d313464382d346163342d383136332d386363316130626132366331227d2c226576656e74223a223437222c22696e6361726e6174696f6e223a302c226f626a656374223a226465706c6f796d656e742064393130663334332d303565612d343638302d396331372d613662343366363066363662222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3430373236315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 47, 48, '\x7b22616374696f6e223a227365616c5f726f7773222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b7d2c226576656e74223a223438222c22696e6361726e6174696f6e223a302c226f626a656374223a2231323420726f7773222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3433303035365a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 48, 49, '\x7b22616374696f6e223a227365616c5f6465706c6f796d656e74222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b2264657374726f796564223a302c226b65795f6e6f223a317d2c226576656e74223a223439222c22696e6361726e6174696f6e223a302c226f626a656374223a226465706c6f796d656e742064393130663334332d303565612d343638302d396331372d613662343366363066363662222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3433363137385a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 49, 50, '\x7b22616374696f6e223a226372656174655f7369676e696e675f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b22616374697661746564223a747275652c22616c676f726974686d223a2245643235353139222c226b6579223a312c2273636f7065223a226c6f67227d2c226576656e74223a223530222c22696e6361726e6174696f6e223a302c226f626a656374223a226c6f67222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3433383331345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 50, 51, '\x7b22616374696f6e223a226372656174655f6c6f67222c226368616e6765735f726f6f74223a2238386630613930313161366233616635373361343764636134333032383865313963393538393336346234626638366662656162303834313538346533343932222c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226b657973223a5b2264622e6578616d706c652e636f6d2f6b77746f6f6c732f64393130663334332d303565612d343638302d396331372d6136623433663630663636622f302b31333664343061312b41666732594c55742f5055556a34557878656f6f4c4a57356a677732684e49512b434746496c4b35552b4f57225d7d2c226576656e74223a223531222c22696e6361726e6174696f6e223a302c226f626a656374223a2264622e6578616d706c652e636f6d2f6b77746f6f6c732f64393130663334332d303565612d343638302d396331372d6136623433663630663636622f30222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3434393531365a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 51, 52, '\x7b22616374696f6e223a227374617465222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226275636b657473223a36342c22726f6f74223a2262356164633130333437643931643533656339626438386666396230396534303730623365336534653832663330346434623037346263333863636437656238227d2c226576656e74223a223532222c22696e6361726e6174696f6e223a302c226f626a656374223a2264622e6578616d706c652e636f6d2f6b77746f6f6c732f64393130663334332d303565612d343638302d396331372d6136623433663630663636622f30222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3436313635335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 52, 53, '\x7b22616374696f6e223a227365745f726561645f6175646974222c226368616e6765735f726f6f74223a2264313437393238383137616437396366656666386464316261316266393930363933633266336438346134636466346435353462643135323462366363353737222c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b227265616473223a2273746174656d656e7473227d2c226576656e74223a223533222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e6d6f7665642e66222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3436373436375a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 53, 54, '\x7b22616374696f6e223a227374617465222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2264393130663334332d303565612d343638302d396331372d613662343366363066363662222c2264657461696c73223a7b226275636b657473223a36352c22726f6f74223a2265393964623466316535356262363463626661383464313230626165376165386664303265333666623039663937653836333630636338666237633130323030227d2c226576656e74223a223534222c22696e6361726e6174696f6e223a302c226f626a656374223a2264622e6578616d706c652e636f6d2f6b77746f6f6c732f64393130663334332d303565612d343638302d396331372d6136623433663630663636622f30222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32385430313a30333a31362e3437353333315a222c2276657273696f6e223a317d');


--
-- Data for Name: log_tiles; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.log_tiles VALUES (1, 0, 0, '\xc700f5949b4eb01f48f313a6c6ec872875abe02f02457b85dd6bde6e4b071b9b746ec253b7d52b07dc00e84e8ec25e64f987431fec04a32ec8de72f48903fd56f2fed86988124ee5b083e7ea7756c450fb94abc1d35316e8f86a831d18d51effbf8416e59de056e49484229a7e33934d71adc82bdbc36b2b757a514f502eb90fb92ffccbae942fdae3aefc8aac5d422d4a20e1c412ffe6f21d99cc8f380b31c360c6a4bdc7c7fe7f8572f9f4f40f538d3e8fdbd44dcc9e7d53eea980c2be6c06e6479ab176f332e47a0bd0b58a641c46e5b0c1de6f3f1c8b3c26f8ed2d1faf00d92b9e84af6856835b07fcbb3021cf0c992a1b0995c95daf3c6ca26db9420dd020aee6999ff457a4d1e630bbc4522bd2694ac9649ca8595e2ddc4b2ba4678dbde04d7ea23210d220d21b33828d944b66222c6988bc9b0aea17411f664dc8c41dfb23c757a5d799f1f6fb4ad52d45c5a5c3eab9547a172cdf71b3a978c825f32187dda528814bbfa1d5db2cd126ce04edfd05f9d8634cff082b2c1b5e33e8693d8dc8df17c1d55ceecbfb89683e90ade92d19782388e8c8076a0fd35e7b7e21af6ff55869fd075e474ba92bd26c02d00d8f4d87167cbfc42b6771564ec313ab1d1a787fcf63f789044ea79b008cf8214a28c9bd19678e1045a05e536fea066bd887010553f9afaa402cdad1f30ef6c6ac2742a9d781b3bc9b2e970098c8012bb3cd300ce72aff7d3469aa109bc08ba192dd76b381bf8889f1ee2079b21ee3a481eff811e4b8b0ca4e5ace994eaa31d9ce9adc914cb23361b87100ba72af76129da6029c693580eefd1adef1c8bddd4ccf43661416dbce052f87026dc38739735a752f89536d571fc60c6c72176576bb10832dd2b9edb6c460420fc88687f37b6cc4a822633254b8429384973fec40d4f4ebd72a9af0ac7c363c5d1c98a1eab4064f5de7ac8e38753d3d2f16f0a9797a499bca0a57720e252edcb7d8ed6e2552402e2a276eb47a6f5c4430208c49c000bad63223da5f33bb2ac8c56b9020632ab67eb1b50dbf668ddf7564f99c03e8ec803e8b6261333e5eb432bac5ff1b62dadf2f3eba98d57e7626fb45f55eb3989ac4397e576a72b0e9300ae3c9cf0fec710c9d6a3801704a5e592ce26657b8e4516fe9e8f729252cf55b469ce47c0c9d1b848c2ac5a0d026215f3f88de5227e5cfaec8d12be0d13117b21204d1a2fbc5a4b174d9a75ea6a173d3758227d1d3fd77b58126e4acb5f3c64cc280e233fe1635ef635edc4312bc495c846ecdd3af42a23e1659f1c8a5b665261537a6249632b6354a367cfc73dd84915bbb4c6b8146be01cd6b7b968d948e987d3ecd23d534f53592dd3ee7481fe5dce956b8aa471b851fb12d18241f3970d5311ea9e7bc2e8345f1b96fa77ede9ad925f8f808847f16dc68251f759414614873f0f5c1d5e86e4918cf478e358911fc75814346039919c27f1859fa404844bd8caee78a334112af86ee75384f90a0701def4ffe91f32f9d4706748063f870f1cb6c021b71f6d857d3e5d01e5c7a8a45bacf3c2cb386077d6cf49db747e7946f28a493a81c46d877590606e998cc800594b1635f758f678cc637ca55612caf84807823e621dd7061ae32be37f10199c5665927b9f9d9114b14e5ce67d051350134c803eb974351f13046b51ca303fceeb8bbbcd6522faee64b8c0c758a8e7e065da3c1bd7f9c3b5769561a30f662bb4852f87043f9fbe2ef84fd79e58aa3abf3ac5de8b609e73b7928b5ed2a3d021361456cbb0c9f69910cee996879d3b51055540cbc13e15d53f192be84fe8db28d71523794f0093bef10c9ceb7f77d3a46e80131b282050619554c031b0facdff8f85091ae0139f5af0279bab66c10e317dcd48e503a65e429d356483fe7f51a9f4c167a88d517a0a6bf0c9f0c25a9fc243c57abe7d96b28b0b461caa15c2bc0e6cab86df1eef02326f7f06bcea2c8cbc596160c3f11af7463e1a11c7dcf7980a4d43c2cb8b836bfdc00fc244f1a7983f44cf7d6b71745f611492561da750ac28b85460b061981bc7e74b09aade6a9444133500f8d0f5209273ce071c6b9cc80dc24393aa91534ce425b4d6e677cacfde83f10f40dcc1c072db5a4ffdbc4b55b85d8c05021ac5345ae1dc012e532a090299014159d41bbafb3a875b794e4f1ac97ccf6141d9002589481d5c0c5c621d67058f8f358c1371ca17e741b0448e246aaa595f799b01060290cbe70a4bd67da9dbbffb01e17231d8343c7e967aa174e929dcc73cc87111bd23dd9bc1b9047889233583ef26e192ae60455fe7929e5f1e1c95a9e74c2af07ccf4cdf4bf6d1d4394d900da45fc90ede924dbbb45084d6093eae6711c49fe4febb8c1934c392d5d77c0c890ef6d425b553fb1151cd9603ac1907dc7ba5043b0da2df7d7e7c90cff32e3f70b601189bbe508');


--
-- Data for Name: policy_kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.policy_kms_keys VALUES (1, 1, 1, 2, '2026-11-28 01:03:15.336923+00', '2026-11-28 01:03:15.336923+00', 15, '\x000000019003efb387e8105b6fdc985ff8c86237');
INSERT INTO kw.policy_kms_keys VALUES (1, 2, 1, 1, '2026-11-28 01:03:15.336923+00', '2026-11-28 01:03:15.336923+00', 16, '\x00000001a6b2365daa447f886f571f68aca49416');
INSERT INTO kw.policy_kms_keys VALUES (2, 1, 1, 2, '2026-11-28 01:03:15.444969+00', '2026-11-28 01:03:15.444969+00', 17, '\x00000001fc95ce0c1d49d8eaa4872faed9a3317d');
INSERT INTO kw.policy_kms_keys VALUES (2, 2, 1, 1, '2026-11-28 01:03:15.444969+00', '2026-11-28 01:03:15.444969+00', 18, '\x00000001f44c96e3297ce48a06659374f3539027');
INSERT INTO kw.policy_kms_keys VALUES (3, 1, 1, 1, '2026-11-28 01:03:15.447698+00', '2026-11-28 01:03:15.447698+00', 19, '\x00000001485b76f8662497af5eccbbcb3557ec55');
INSERT INTO kw.policy_kms_keys VALUES (4, 3, 1, 1, '2026-11-28 01:03:15.456341+00', '2026-11-28 01:03:15.456341+00', 20, '\x00000001d062e1d75d587d7fe94dcb5608e8b1c3');
INSERT INTO kw.policy_kms_keys VALUES (5, 1, 1, 2, '2026-11-28 01:03:15.525319+00', '2026-11-28 01:03:15.525319+00', 21, '\x00000001aada7fe5926561c83ba7d52cff3f521a');
INSERT INTO kw.policy_kms_keys VALUES (5, 2, 1, 1, '2026-11-28 01:03:15.525319+00', '2026-11-28 01:03:15.525319+00', 22, '\x0000000129917f617000f291470edaebee2395b7');
INSERT INTO kw.policy_kms_keys VALUES (5, 4, 1, 1, '2026-11-28 01:03:15.525319+00', '2026-11-28 01:03:15.525319+00', 23, '\x00000001e16a81f5c5595883002f1a83dae7f481');
INSERT INTO kw.policy_kms_keys VALUES (6, 1, 1, 1, '2026-11-28 01:03:15.556273+00', '2026-11-28 01:03:15.556273+00', 24, '\x0000000177a70b36b9cd82620f1bcbd91803c3e2');


--
-- Data for Name: protected_fields; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.protected_fields VALUES ('dfcf62c4-23a6-481c-8899-d3ac9501e649', 'public.customers', 'email', 'text', 'column', 'email', 'email_token', 'f869b54d-f21a-41cb-8789-89df5bba0c3d', NULL, NULL, '2026-11-28 01:03:15.617053+00', 44, '\x00000001b86a4707492a9c9252b16a4db6ae48d1');
INSERT INTO kw.protected_fields VALUES ('f2ae1c03-3de8-484c-9331-c0a117b22866', 'public.suppliers', 'phone', 'text', 'column', 'phone_encrypted', NULL, NULL, NULL, NULL, '2026-11-28 01:03:15.764215+00', 45, '\x00000001d99857fcb50f7be7e0c077ab0d1973f8');


--
-- Data for Name: protected_views; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.protected_views VALUES ('public.customers', 'public.customers', false, NULL, '2026-11-28 01:03:15.746432+00');


--
-- Data for Name: protections; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.protections VALUES (1, 'public.customers', 'email', 'contracted', 'column', 'text', 'view', 'equality', 'email_encrypted', 'email_plaintext', 'email_token', 'f869b54d-f21a-41cb-8789-89df5bba0c3d', 'customers_protected', NULL, true, NULL, NULL, 2, 2, 0, '{}', 1037, NULL, NULL, '2026-11-28 01:03:15.712265+00', '2026-11-28 01:03:15.762004+00', 46, '\x00000001f8fac71ffdafa23552ee3e34d467add0');
INSERT INTO kw.protections VALUES (2, 'public.suppliers', 'phone', 'verified', 'column', 'text', 'column', NULL, 'phone_encrypted', 'phone_plaintext', NULL, NULL, NULL, NULL, false, NULL, NULL, 1, 2, 0, '{}', 1144, NULL, NULL, '2026-11-28 01:03:15.767851+00', '2026-11-28 01:03:15.774646+00', 47, '\x00000001ac42c60199b490f53dc76554a0dc10ba');


--
-- Data for Name: rewrap_jobs; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.rewrap_jobs VALUES (2, 14, 2, NULL, NULL, '2026-11-28 01:03:15.579092+00', '2026-11-28 01:03:15.581934+00', 'done', 1, NULL, '2026-11-28 01:03:15.575931+00', 'rewrap', NULL, false, 32232, NULL);
INSERT INTO kw.rewrap_jobs VALUES (1, 13, 2, NULL, NULL, '2026-11-28 01:03:15.579092+00', '2026-11-28 01:03:15.582915+00', 'done', 1, NULL, '2026-11-28 01:03:15.575931+00', 'rewrap', NULL, false, 32232, NULL);
INSERT INTO kw.rewrap_jobs VALUES (3, 1, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (4, 1, NULL, NULL, NULL, '2026-11-28 01:03:15.587366+00', '2026-11-28 01:03:15.587366+00', 'done', 1, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (5, 3, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (6, 3, NULL, NULL, NULL, '2026-11-28 01:03:15.587366+00', '2026-11-28 01:03:15.587366+00', 'done', 1, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (7, 5, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (8, 5, NULL, NULL, NULL, '2026-11-28 01:03:15.587366+00', '2026-11-28 01:03:15.587366+00', 'done', 1, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (9, 6, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (10, 6, NULL, NULL, NULL, '2026-11-28 01:03:15.587366+00', '2026-11-28 01:03:15.587366+00', 'done', 1, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (11, 7, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (12, 7, NULL, NULL, NULL, '2026-11-28 01:03:15.587366+00', '2026-11-28 01:03:15.587366+00', 'done', 1, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (13, 8, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (14, 8, NULL, NULL, NULL, '2026-11-28 01:03:15.587366+00', '2026-11-28 01:03:15.587366+00', 'done', 1, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (15, 10, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (16, 10, NULL, NULL, NULL, '2026-11-28 01:03:15.587366+00', '2026-11-28 01:03:15.587366+00', 'done', 1, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (17, 11, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (18, 11, NULL, NULL, NULL, '2026-11-28 01:03:15.587366+00', '2026-11-28 01:03:15.587366+00', 'done', 1, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (19, 12, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (20, 12, NULL, NULL, NULL, '2026-11-28 01:03:15.587366+00', '2026-11-28 01:03:15.587366+00', 'done', 1, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (21, 14, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (22, 14, NULL, NULL, NULL, '2026-11-28 01:03:15.587366+00', '2026-11-28 01:03:15.587366+00', 'done', 1, NULL, '2026-11-28 01:03:15.587366+00', 'rewrap', NULL, false, NULL, NULL);


--
-- Data for Name: settings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.settings VALUES ('cache_seconds', 60, '2026-11-28 01:03:15.459018+00', 25, '\x00000001110bcca5d44ec4c4119cbf8bb0fc0f35');


--
-- Data for Name: shred_receipts; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.shred_receipts VALUES (2, 'ff13a415-eb89-43fc-8209-4d41d6a77c7a', 4, 5800428150908945411, 1, 'public.people', '2', 'diagnosis', 'postgres', 'postgres', '2026-11-28 01:03:15.516961+00', '\xf46eebfa8f5fd07e1c68f1b960bbb5a75fb0e86adf4bd42310f4caf9bb6fea00', 1);
INSERT INTO kw.shred_receipts VALUES (4, '47052f75-d3c3-49f4-b119-11fda75e0e68', 9, 1646799709270170475, 1, 'public.notes', '*', 'text', 'postgres', 'postgres', '2026-11-28 01:03:15.542884+00', '\x5d01a27e4ce8d46d292bbed92080d4f8de6a0969d8766866494e42e1b097e7d4', 3);
INSERT INTO kw.shred_receipts VALUES (6, 'f2bc2be0-e232-4ee7-9050-607f10fd5610', 15, 6378061733484441655, 1, 'public.moved', '1', 'f', 'postgres', 'postgres', '2026-11-28 01:03:15.586597+00', '\xbfb0ce90d3b2c44997f8cb7e41ff8648d82dc1ea430ff9d961869228e180dea1', 5);


--
-- Data for Name: state_buckets; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.state_buckets VALUES (1, 0, '\x04b41fef4358c3a999ab6a834a4ed8878a9b6678420e3dbd3e9c88912d5ae84f');
INSERT INTO kw.state_buckets VALUES (2, 4992, '\xb1ab34d081354bb389be81c213811b8cabb2c0bf04e5a998c7d9f8a499902593');
INSERT INTO kw.state_buckets VALUES (2, 10237, '\x16153be989ed0d84b3048593b7570411120e1e8ddfc0e3c3d1d4cd6346a37640');
INSERT INTO kw.state_buckets VALUES (2, 11701, '\x36cad51fc59ef9beaeeed80e4f9c74a62e56b2479910c59c62869c7ccd99989c');
INSERT INTO kw.state_buckets VALUES (2, 20619, '\x7b8ff68cce97bd9351933e2bc0589ebe3539adbe8e6af87af0868f0f60c43c10');
INSERT INTO kw.state_buckets VALUES (2, 24745, '\x8ffeb6626af5004abb6fa1715881c4e16ccd0093bdc4cb177056c39a478cad84');
INSERT INTO kw.state_buckets VALUES (2, 41214, '\x7c9bb9c6492a4409da39cfc161adb9cce28ae615f56f5664fa7de3bee1365bed');
INSERT INTO kw.state_buckets VALUES (2, 43845, '\x6a55651182d4c6b069c68a3c0b2b4bf846eca435aa98d353b969bf971717b26e');
INSERT INTO kw.state_buckets VALUES (2, 45318, '\xb2c85fe4a87b15f99ad71633d33b8ae39a93c5220618263c3a51ab95ea9a7b40');
INSERT INTO kw.state_buckets VALUES (2, 46804, '\xa7e9e0da7598100d72f720abdebc4e389bb67a74e1224ea13a360c7fe998d701');
INSERT INTO kw.state_buckets VALUES (2, 50785, '\xef21281599a653f948d689d869cacdfaf4e56199b490a578208481cc2bd26fe1');
INSERT INTO kw.state_buckets VALUES (2, 56692, '\x675894ce49e324f3d49db05dc5a60c1ff82cb263500a80cdbc721822b5aa4cbc');
INSERT INTO kw.state_buckets VALUES (2, 60655, '\x090a417de1cbd50ee2c30d3fc1500d2a29ef7f828030b87d7563cf2f57845b31');
INSERT INTO kw.state_buckets VALUES (2, 64637, '\x754ffd92f56d1d58c224ac57a27e773998cd16c621f75156d1dab16b63e88233');
INSERT INTO kw.state_buckets VALUES (3, 24745, '\x41316989b2702bd367a256928232b1f3a3300c0417f7bbaa5c0a41b52bf6413a');
INSERT INTO kw.state_buckets VALUES (3, 46804, '\x0732089696377d6e835a85c4c93676c9c23aa18829c37d223da0ab73638567a9');
INSERT INTO kw.state_buckets VALUES (4, 107, '\x197bed887e37a754abc03f3fd7b51208cefb7c9c6d3fedbafeddd343e13396c1');
INSERT INTO kw.state_buckets VALUES (5, 107, '\x7338eb11038d7d69531862598f2d7ab1014be0ace8349570ffd5c6204dabf9be');
INSERT INTO kw.state_buckets VALUES (5, 212, '\xde7881e2f0eb7d4f70d180fbce6871f23ab7c4d5f33e05cd0c79fb1188482e2c');
INSERT INTO kw.state_buckets VALUES (6, 75, '\xac237311ec5c098fe9752f5ad83594089ad7e50facf6fca9e8e8f2c104eeb3ee');
INSERT INTO kw.state_buckets VALUES (6, 78, '\xedb15847ac3a42c1000e3d184a160506f633e6e6cf08478f3af69be3e2d9e50c');
INSERT INTO kw.state_buckets VALUES (6, 107, '\xd64f41a872c52fa91c8ff222b5f63122cb73fd518d5919efa06ff2f8b19191dc');
INSERT INTO kw.state_buckets VALUES (6, 212, '\x26177bae81fdf7320192bcc1fcd3d7010dc580caac1f52c95d9703dc0e106367');
INSERT INTO kw.state_buckets VALUES (8, 75, '\xa2f1f3fea5a07abf0484309de2d5586f6bde6d32a55d8488cd935cad4ba546d5');
INSERT INTO kw.state_buckets VALUES (8, 78, '\x8c2c7824d3861c867412c275e99626fc9f2aab930330cedf7369c8dc430e664d');
INSERT INTO kw.state_buckets VALUES (8, 107, '\xcb55d6cfe33149a29be7e64ac71328954f883f530dcf18bc2412a72afd4bbce7');
INSERT INTO kw.state_buckets VALUES (8, 212, '\x08d4a059968961591de084a95a94fbbbab7454a5e6f20e92fb9ecd1d52a97386');
INSERT INTO kw.state_buckets VALUES (8, 231, '\xff18db14566dd4345a9257037ab51ee312444603697d928ec9814cef9837a03f');
INSERT INTO kw.state_buckets VALUES (8, 239, '\x23f843ef116216e294c8d9efe72f653ab68f00dd2bdbc17d18581e04eda36818');
INSERT INTO kw.state_buckets VALUES (9, 2, '\xa89e688852516d844b495446584358495e1118425f224484eb2803aaaa2c1604');
INSERT INTO kw.state_buckets VALUES (9, 6, '\x96ca44824f257dec6658b0ad9fc319a74d48343f70077cada25570b6d0b98266');
INSERT INTO kw.state_buckets VALUES (9, 29, '\xb0b50986a662c3c986b3999a3fd9c2fe946f5ee8701eac6d117d4417b91ea55d');
INSERT INTO kw.state_buckets VALUES (9, 37, '\x950b71d43515828826c716972976e831d94fbf6b2fa82a94360ecbc5f1e8a683');
INSERT INTO kw.state_buckets VALUES (9, 88, '\x6b1fab73931ac02b2357665d173aa1ecfa77ccbe36cdfe9a190f5ec910fa0235');
INSERT INTO kw.state_buckets VALUES (9, 136, '\xb1958f879b69ed302ee2ead5c9d354b53931ab466f46f0c696dbd8ce712a78a8');
INSERT INTO kw.state_buckets VALUES (9, 156, '\x9f434415c14434d5e9918dc50b3bb50d941aa62e53c5bcfb91fb70adb1ac8b31');
INSERT INTO kw.state_buckets VALUES (9, 184, '\x2fa39265b1e22923396cfde7952d7700011f5955e61fb3b26aa4da3966bd2480');
INSERT INTO kw.state_buckets VALUES (9, 217, '\xf001b4d10838f39cb0ef9c8170e959b9d296b35348249a267dcc515a922472e0');
INSERT INTO kw.state_buckets VALUES (9, 255, '\x0f2d4da01ebd9a8367c324fca5ad1721b14bbb50648073e7f46f29cf99734ae1');
INSERT INTO kw.state_buckets VALUES (10, 138, '\x4063d9383e5d6ba5560491f31988e54def5033550b8348acde770b5c58aaab7b');
INSERT INTO kw.state_buckets VALUES (11, 75, '\x7c49a1f8dffa8883005efde391f9938d1eb3b810d1e13cc63a22c3096bcccc4f');
INSERT INTO kw.state_buckets VALUES (12, 107, '\x83f0f166b05290c4acf2ced1a52d295f75061da46268440c4cdd7cba2322bb45');
INSERT INTO kw.state_buckets VALUES (12, 212, '\xf277b163118e1f36e682dbd699fa4d3b9b7ecd350f991944e61a02144a7b18ab');
INSERT INTO kw.state_buckets VALUES (13, 12, '\x4024f9be7f59209f439a6a1d262a3b34d941c0f8a6401b0f857edc36813121fe');
INSERT INTO kw.state_buckets VALUES (13, 114, '\x6bb6a41a3a540dfe257c81217c768f776dffd605800d29de8715bac193a4aad9');
INSERT INTO kw.state_buckets VALUES (13, 138, '\x5fe08861957317f9485045821430b8aec7593b585f08c22f3cd45e49a438c84d');
INSERT INTO kw.state_buckets VALUES (13, 167, '\x2bfc57bcaccac3438922e400f77bb11ee12d880e1a87f816ae691b7d3aeceb4d');
INSERT INTO kw.state_buckets VALUES (13, 175, '\x0ed6b131c78a93390c12c54d3e5522ac1ab1de21c36cda6cb1c45050ff2a452f');
INSERT INTO kw.state_buckets VALUES (13, 206, '\x45479294f4f9aefc3948471df40847cb40dc05bf05f0fe2a99454fef77f36686');
INSERT INTO kw.state_buckets VALUES (13, 223, '\x5b84899024be4545a67cc0e9ce46b20cca9b458bad9e5a32ed114cb54c501209');
INSERT INTO kw.state_buckets VALUES (13, 251, '\xb5633b3a13c85be6bcaa2266fc41f8d4193d66c4421df007de486db0acea495a');
INSERT INTO kw.state_buckets VALUES (14, 16, '\xe34e6532e780486885aaccd60a4d25354ac01a9070947bb66f8fd0937a793a8f');
INSERT INTO kw.state_buckets VALUES (14, 20, '\xf5dca1642d1a14b7ce7e6f01dcc8015a121690d5f9838fa93d4edab44fbc2aa0');
INSERT INTO kw.state_buckets VALUES (14, 25, '\xf9e3a92c972a339193211ba85d0a21413a39abb7de2820f67412dab83d44439a');
INSERT INTO kw.state_buckets VALUES (14, 68, '\xc1ba6cf7d9ae38632472ea6ac8a22f5f98335ca0c3e973742dc1bfce9f85f705');
INSERT INTO kw.state_buckets VALUES (14, 209, '\x92df857020c0d90aa4b909401d8dfaa4ba92df3d1b510fc444acca5c1ec30774');
INSERT INTO kw.state_buckets VALUES (14, 224, '\xc35a99a2c41c6d16ef816dea27e4764ecf297162c410a1d733cc6c1976141086');
INSERT INTO kw.state_buckets VALUES (15, 252, '\x239a60cba0025e9cce509db760d535c59fc7e28b82917b9f067f51598d97d199');
INSERT INTO kw.state_buckets VALUES (17, 217, '\x47cc5d2996166f37d5d77218c41e3f06dbfaf122d1ea01cdf8529a412f8930e7');
INSERT INTO kw.state_buckets VALUES (18, 237, '\x783cd6a6c9830a79a6c79f24fec41feec99455d040448c2264919adcd9c8e47a');
INSERT INTO kw.state_buckets VALUES (19, 114, '\x6345a5e84581c84b88300070ac102d2a03f2d487332f4599ce468cb649dfa9e7');
INSERT INTO kw.state_buckets VALUES (19, 121, '\x9f592fb990d54be716a798e30d8765385bc6f8534651e6e58339e373a9befbbc');
INSERT INTO kw.state_buckets VALUES (20, 107, '\x86ff5e644dc19c33e2ba787460055973047ae6a27f95ef3921bd1f20f3e86bd0');
INSERT INTO kw.state_buckets VALUES (20, 212, '\xa569053c82cf913149d5c5454bebb5e3799dc4d28cfb6645f5f00b0d48087116');
INSERT INTO kw.state_buckets VALUES (14, 96, '\xcea511193d3eaf0161d58719670750dc489e1278c349f576d1c7fa4a44db6c47');


--
-- Data for Name: Odd.Names; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public."Odd.Names" VALUES (1, '\xc2022845bceb53f18dd9000000013ab2b4427b97627bd5b42a239c28bf2d5c9b105f2304e5deb9823ecbf8b21006c192b435c4a16b9cdd34a085346f');


--
-- Data for Name: customers_protected; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.customers_protected VALUES (1, 'uno', '\xc2026330f483de4deb370000000123ce8f7622fa2da27b073e3fb6c562c56be0bfb22d89297c9bcb0b4e2d904f4da710afe07b51e4d526246e8732e1bbd5792519b5ecbb05', '\xb200000001b57a66c81df84b229c136d88dd76a187');
INSERT INTO public.customers_protected VALUES (2, NULL, '\xc2026330f483de4deb370000000123ce8f7622fa2da27b073e3fb6c562c56be0bfb22d89297d3ad844cba19c51e5222d4233cfa6c0fa4f6c6282e6b63e969decd1ba462e0c', '\xb200000001ef9cedd685147fcfcd65f757033fe815');


--
-- Data for Name: moved; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.moved VALUES (1, '\xc2025b6a6944798ae789000000029c865a8ec5a1d220cd99c54066f22506d7eb851411f8254f8112daac5aae354719df8a58b84816afb2b51db8eb');


--
-- Data for Name: notes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notes VALUES (1, '\xc20216da9b9c4743db6b0000000162830a6d11dc204bf6aa51dc30c7901f64b166076360ca15204d292707d762b65918a849f51fa384e0fb5d31');


--
-- Data for Name: people; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.people VALUES (1, '\xc2023054869bb0ed539800000001eaad3ab1b7f0684fd4a5683d96f2d4fc3508fc285fd96fb572f5d901bf9257f92191b377c62e7921758271', '\xc20209c039a4c95c3e43000000011e3061911b33e0afa899941a96738a64c2afd7d80c3bcc8212ebab4699746f08f38ce268e24b8d67e67846');
INSERT INTO public.people VALUES (2, '\xc2023054869bb0ed5398000000011b33067b4c3ad76ce38cde5e9f110f6a9af45caba9f8320b33629845627f2c491bf79a8a5871abc151907f', '\xc201507f42abd81a84030000000194fe917e1dac82b4c322855d77f8e9288204c50f925d18fafd56fab8869825');
INSERT INTO public.people VALUES (3, '\xc2023054869bb0ed539800000002d7e95c38e72fa49d7838bc590660a9628f5dc909b0a715e0aebeff87245c38e088f2d9188985b189b57ff605ec', '\xc20209c039a4c95c3e4300000001b744543738fa5aa6159e43421266244db182730cb4581759e3cff8455076265f876f8c8e47ab2c8061eff1');


--
-- Data for Name: suppliers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.suppliers VALUES (2, NULL, NULL);
INSERT INTO public.suppliers VALUES (1, '+49 30 1', '\xc2027677d8ae01b24f7b00000001463d2f49269d4068500c24eedc8c63ef1daf447f1f89dfba375d77735221ce00529f88ffa3003fe88b339bd2fa0c9fa1');


--
-- Data for Name: tokens; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tokens VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\xc20155a2bf07a73a301c000000013ec7fcade2d16a98bade3d2433c3882044c80b0a7ee5e1e84ecaf8ca23de23abc3', '\xc2027e3ec5134af34831000000010f9935a31e8fe132096d1e259f97d31fa2b775b55ab868e1367950f5fdd941bdad0b106b0cd6ccb2701c6679cc8a3e364aac5bd235a38bc98f1a');


--
-- Name: audit_events_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.audit_events_id_seq', 54, true);


--
-- Name: change_numbers; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.change_numbers', 84, true);


--
-- Name: crypto_algorithms_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.crypto_algorithms_id_seq', 1000, true);


--
-- Name: encryption_policies_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.encryption_policies_id_seq', 6, true);


--
-- Name: former_wraps_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.former_wraps_id_seq', 6, true);


--
-- Name: key_wrapper_layers_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.key_wrapper_layers_id_seq', 1, true);


--
-- Name: key_wrappers_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.key_wrappers_id_seq', 19, true);


--
-- Name: kms_health_checks_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.kms_health_checks_id_seq', 1, false);


--
-- Name: kms_keys_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.kms_keys_id_seq', 4, true);


--
-- Name: kms_providers_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.kms_providers_id_seq', 2, true);


--
-- Name: layer_rounds; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.layer_rounds', 1, false);


--
-- Name: log_checkpoints_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.log_checkpoints_id_seq', 2, true);


--
-- Name: protections_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.protections_id_seq', 2, true);


--
-- Name: rewrap_jobs_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.rewrap_jobs_id_seq', 22, true);


--
-- Name: shred_receipts_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.shred_receipts_id_seq', 6, true);


--
-- Name: signing_keys_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.signing_keys_id_seq', 2, true);


--
-- Name: Odd.Names Odd.Names_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."Odd.Names"
    ADD CONSTRAINT "Odd.Names_pkey" PRIMARY KEY (id);


--
-- Name: customers_protected customers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customers_protected
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);


--
-- Name: moved moved_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.moved
    ADD CONSTRAINT moved_pkey PRIMARY KEY (id);


--
-- Name: notes notes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_pkey PRIMARY KEY (id);


--
-- Name: people people_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (id);


--
-- Name: suppliers suppliers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.suppliers
    ADD CONSTRAINT suppliers_pkey PRIMARY KEY (id);


--
-- Name: tokens tokens_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);


--
-- Name: kw_protect_1_search; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX kw_protect_1_search ON public.customers_protected USING btree (email_token);


--
-- Name: customers kw_begin; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER kw_begin BEFORE INSERT OR DELETE OR UPDATE ON public.customers FOR EACH STATEMENT EXECUTE FUNCTION kw._begin_view('["public.customers", "public.customers_protected", ["id"], [["id", "id", null, "bigint", "column", null, false, false, 1, null, null, false], ["email", "email", "email", "text", "column", "\"email_token\"", false, false, 4, null, null, false], ["note", "note", null, "text", "column", null, false, true, 3, null, null, false], ["email_token", "email_token", null, "bytea", "column", null, true, true, 5, null, null, true]], false, 17794]');


--
-- Name: customers kw_end; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER kw_end AFTER INSERT OR DELETE OR UPDATE ON public.customers FOR EACH STATEMENT EXECUTE FUNCTION kw._end_view();


--
-- Name: customers kw_row; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER kw_row INSTEAD OF INSERT OR DELETE OR UPDATE ON public.customers FOR EACH ROW EXECUTE FUNCTION kw._view_row();


--
-- Name: suppliers zz_kw_protect_2; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER zz_kw_protect_2 BEFORE INSERT OR UPDATE ON public.suppliers FOR EACH ROW WHEN (((new.phone IS NULL) OR (new.phone IS NOT NULL))) EXECUTE FUNCTION public.kw_protect_2();

ALTER TABLE public.suppliers ENABLE ALWAYS TRIGGER zz_kw_protect_2;


--
-- Name: FUNCTION kw_protect_2(); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.kw_protect_2() FROM PUBLIC;


--
-- Name: SEQUENCE audit_events_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.audit_events_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.audit_events_id_seq TO kw_owner;


--
-- Name: SEQUENCE crypto_algorithms_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.crypto_algorithms_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.crypto_algorithms_id_seq TO kw_owner;


--
-- Name: SEQUENCE encryption_policies_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.encryption_policies_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.encryption_policies_id_seq TO kw_owner;


--
-- Name: SEQUENCE former_wraps_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.former_wraps_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.former_wraps_id_seq TO kw_owner;


--
-- Name: SEQUENCE key_wrapper_layers_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.key_wrapper_layers_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.key_wrapper_layers_id_seq TO kw_owner;


--
-- Name: SEQUENCE key_wrappers_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.key_wrappers_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.key_wrappers_id_seq TO kw_owner;


--
-- Name: SEQUENCE kms_health_checks_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.kms_health_checks_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.kms_health_checks_id_seq TO kw_owner;


--
-- Name: SEQUENCE kms_keys_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.kms_keys_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.kms_keys_id_seq TO kw_owner;


--
-- Name: SEQUENCE kms_providers_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.kms_providers_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.kms_providers_id_seq TO kw_owner;


--
-- Name: SEQUENCE log_checkpoints_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.log_checkpoints_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.log_checkpoints_id_seq TO kw_owner;


--
-- Name: SEQUENCE protections_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.protections_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.protections_id_seq TO kw_owner;


--
-- Name: SEQUENCE rewrap_jobs_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.rewrap_jobs_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.rewrap_jobs_id_seq TO kw_owner;


--
-- Name: SEQUENCE shred_receipts_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.shred_receipts_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.shred_receipts_id_seq TO kw_owner;


--
-- Name: SEQUENCE signing_keys_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.signing_keys_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.signing_keys_id_seq TO kw_owner;


--
-- PostgreSQL database dump complete
--

\unrestrict kwtools

