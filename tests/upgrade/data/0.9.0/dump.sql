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

INSERT INTO kw.algorithm_statuses VALUES (4, 'deprecated', '2026-11-27 19:46:36.183261+00', 26, '\x0000000146b2d98503d7376b568945c64e36094f');


--
-- Data for Name: audit_events; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.audit_events VALUES (1, '2026-11-27 19:46:35.93631+00', 'postgres', 'postgres', 'add_provider', 'local', '{"kind": "local"}', NULL, '\x00000001255747183f376fce6a165b44fcaeeaed', 1, 0);
INSERT INTO kw.audit_events VALUES (2, '2026-11-27 19:46:35.942194+00', 'postgres', 'postgres', 'add_kms_key', 'key 1', '{"ref": "0.9.0-1", "provider": "local"}', NULL, '\x000000017853d17164344a4f6c0b7942bcb43143', 1, 1);
INSERT INTO kw.audit_events VALUES (3, '2026-11-27 19:46:35.946699+00', 'postgres', 'postgres', 'add_kms_key', 'key 2', '{"ref": "0.9.0-2", "provider": "local"}', NULL, '\x000000017cea9ca22848f596fdbf9ff29666e487', 1, 2);
INSERT INTO kw.audit_events VALUES (4, '2026-11-27 19:46:35.950502+00', 'postgres', 'postgres', 'create_policy', 'default', '{"keys": [1, 2], "mode": "either", "layers": []}', NULL, '\x00000001f6365cf45b5819c363a36204f3cdbfbc', 1, 3);
INSERT INTO kw.audit_events VALUES (5, '2026-11-27 19:46:36.056593+00', 'postgres', 'postgres', 'add_provider', 'branches', '{"kind": "wrapper"}', NULL, '\x00000001bfb0146ee25648ce1541ff0fe7315a9e', 1, 4);
INSERT INTO kw.audit_events VALUES (6, '2026-11-27 19:46:36.059774+00', 'postgres', 'postgres', 'create_policy', 'both', '{"keys": [1, 2], "mode": "both", "layers": []}', NULL, '\x000000019842d6f2d680e7005630b6f48d77a217', 1, 5);
INSERT INTO kw.audit_events VALUES (7, '2026-11-27 19:46:36.060474+00', 'postgres', 'postgres', 'create_policy', 'single', '{"keys": [1], "mode": "single", "layers": []}', NULL, '\x0000000156329c8465ca0dac52a874c28c3ad80c', 1, 6);
INSERT INTO kw.audit_events VALUES (29, '2026-11-27 19:46:36.357573+00', 'postgres', 'postgres', 'protect_expand', 'public.customers.email', '{"search": "equality", "shown_by": "view", "key_scope": "column", "protection": 1}', NULL, '\x0000000114a448cc62fded70ae1e00a11af4fb8d', 1, 28);
INSERT INTO kw.audit_events VALUES (47, '2026-11-27 19:46:37.072105+00', 'postgres', 'postgres', 'create_deployment', 'deployment 882bcdb8-78fe-4dc4-9dca-fe0d018d60d6', '{"wrapper": "48b5b937-a173-496c-8fc4-00dcad12aac8"}', NULL, '\x0000000190055ef6d35a1b1de1a804bd1014db6b', 1, 46);
INSERT INTO kw.audit_events VALUES (39, '2026-11-27 19:46:37.039427+00', 'postgres', 'postgres', 'reclaim_entity', 'public.people', '{}', NULL, '\x000000018db51fbd2d30fe61d3f771ac62eea066', 1, 38);
INSERT INTO kw.audit_events VALUES (8, '2026-11-27 19:46:36.067169+00', 'postgres', 'postgres', 'add_kms_key', 'key 3', '{"ref": "b680a7d1-b690-4af8-9492-75d3e96af1a6", "provider": "branches"}', NULL, '\x000000017b2de2bae383e1eb67c289926a55eb81', 1, 7);
INSERT INTO kw.audit_events VALUES (9, '2026-11-27 19:46:36.069377+00', 'postgres', 'postgres', 'create_policy', 'branch', '{"keys": [3], "mode": "single", "layers": []}', NULL, '\x000000017100ef6e0f9e21dbd78a5fe4de7cccf7', 1, 8);
INSERT INTO kw.audit_events VALUES (10, '2026-11-27 19:46:36.070797+00', 'postgres', 'postgres', 'set_setting', 'cache_seconds', '{"value": 60}', NULL, '\x00000001dba2c81365e85720c2ee3f628710a2ab', 1, 9);
INSERT INTO kw.audit_events VALUES (11, '2026-11-27 19:46:36.129754+00', 'postgres', 'postgres', 'rewrap', 'wrapper 2a5855fa-246d-4da6-b212-b844c9109f2e', '{"kms1": null, "kms2": null, "version": 2}', NULL, '\x00000001b6c5c0a90dafd6c616c65185d2c964f2', 1, 10);
INSERT INTO kw.audit_events VALUES (33, '2026-11-27 19:46:36.394828+00', 'postgres', 'postgres', 'protect_cut_over', 'public.customers.email', '{"way": "view", "protection": 1}', NULL, '\x000000012e59cfa73adab8d3da3560eeafbe23e7', 1, 32);
INSERT INTO kw.audit_events VALUES (34, '2026-11-27 19:46:36.397321+00', 'postgres', 'postgres', 'protect_contract', 'public.customers.email', '{"protection": 1}', NULL, '\x0000000118866c16edef00ed232c2a477c755230', 1, 33);
INSERT INTO kw.audit_events VALUES (35, '2026-11-27 19:46:36.407937+00', 'postgres', 'postgres', 'set_protected_field', 'public.suppliers.phone', '{"key_scope": "column", "index_uuid": null, "value_type": "text", "token_column": null, "tenant_column": null, "ciphertext_column": "phone_encrypted", "next_token_column": null}', NULL, '\x0000000154c7a0cf057af5aa0123c9489b76842a', 1, 34);
INSERT INTO kw.audit_events VALUES (36, '2026-11-27 19:46:36.408188+00', 'postgres', 'postgres', 'protect_expand', 'public.suppliers.phone', '{"search": null, "shown_by": "column", "key_scope": "column", "protection": 2}', NULL, '\x00000001cf678b7cf018f0b6e463f2f0931bffd4', 1, 35);
INSERT INTO kw.audit_events VALUES (12, '2026-11-27 19:46:36.130786+00', 'postgres', 'postgres', 'rewrap', 'wrapper ec8cd018-47d0-420a-9d32-b67440763524', '{"kms1": null, "kms2": null, "version": 2}', NULL, '\x00000001c697e8e69f513a4537e213d1afe191b6', 1, 11);
INSERT INTO kw.audit_events VALUES (13, '2026-11-27 19:46:36.131748+00', 'postgres', 'postgres', 'rewrap', 'wrapper 0e734896-3051-4d08-b5c7-691fc3803693', '{"kms1": null, "kms2": null, "version": 2}', NULL, '\x000000011f2a79c0270bc199e189fabeee445404', 1, 12);
INSERT INTO kw.audit_events VALUES (14, '2026-11-27 19:46:36.132532+00', 'postgres', 'postgres', 'rewrap', 'wrapper 4126d1c5-d8df-4c69-8b26-1b426b9842cb', '{"kms1": null, "kms2": null, "version": 2}', NULL, '\x00000001bbc03e9979d34b1c62798d7e20de7495', 1, 13);
INSERT INTO kw.audit_events VALUES (15, '2026-11-27 19:46:36.138556+00', 'postgres', 'postgres', 'shred', 'public.people.diagnosis of key ''2''', '{"left": 0, "batch": 1, "beneath": 0, "wrappers": 1, "destroyed_root": "9fe9926dc770399e955094d4c1d58c66735ce14df939773f5d9d4bc9594a0b5f"}', NULL, '\x00000001cb5a6d154d78a36220ee512c463640f7', 1, 14);
INSERT INTO kw.audit_events VALUES (16, '2026-11-27 19:46:36.141353+00', 'postgres', 'postgres', 'grant_field', 'public.people.ssn', '{"grantee": "pg_monitor", "may_read": true, "may_write": false}', NULL, '\x00000001a7bf9ed8c14a1f434139c74dcb7df260', 1, 15);
INSERT INTO kw.audit_events VALUES (17, '2026-11-27 19:46:36.145951+00', 'postgres', 'postgres', 'add_kms_key', 'key 4', '{"ref": "0.9.0-pq", "provider": "local"}', NULL, '\x000000019b43de99d690403590920eb7bc56c0e2', 1, 16);
INSERT INTO kw.audit_events VALUES (18, '2026-11-27 19:46:36.147174+00', 'postgres', 'postgres', 'create_policy', 'layered', '{"keys": [1, 2], "mode": "either", "layers": [4]}', NULL, '\x000000014ef670ceeae0db3681339fe67d5d4f63', 1, 17);
INSERT INTO kw.audit_events VALUES (19, '2026-11-27 19:46:36.172264+00', 'postgres', 'postgres', 'shred', 'every row of public.notes.text', '{"left": 0, "batch": 3, "beneath": 0, "wrappers": 1, "destroyed_root": "9a1cc3254b38e5c3b803a3671a161bcda1f636ec8a5d5fcd738d89a057888858"}', NULL, '\x00000001f513b32fe7ce3567cfdcfe520a9cd5f0', 1, 18);
INSERT INTO kw.audit_events VALUES (20, '2026-11-27 19:46:36.184417+00', 'postgres', 'postgres', 'set_algorithm_status', 'ML-KEM-1024', '{"status": "deprecated"}', NULL, '\x000000016efdd5bebac27dd74ef37773b15f82b9', 1, 19);
INSERT INTO kw.audit_events VALUES (21, '2026-11-27 19:46:36.188133+00', 'postgres', 'postgres', 'set_policy_renewal', 'policy both', '{"max_wrap_age": "1 year", "renews_one_leg": true}', NULL, '\x000000015e44199d07ebc54a2e3c0b50867dfa87', 1, 20);
INSERT INTO kw.audit_events VALUES (22, '2026-11-27 19:46:36.188758+00', 'postgres', 'postgres', 'create_policy', 'leaving', '{"keys": [1], "mode": "single", "layers": []}', NULL, '\x00000001bffeaee57fdcf94fb11e440051e36a3c', 1, 21);
INSERT INTO kw.audit_events VALUES (23, '2026-11-27 19:46:36.21073+00', 'postgres', 'postgres', 'retire_generations', 'public.moved.f', '{"wrappers": 1}', NULL, '\x000000017b31e203f419254fd4c4aae02218a5f2', 1, 22);
INSERT INTO kw.audit_events VALUES (24, '2026-11-27 19:46:36.214178+00', 'postgres', 'postgres', 'schedule_rewrap', '2 wrappers', '{"policy": "leaving", "kms_key_id": 1, "new_kms_key_id": 2}', NULL, '\x00000001fdc25e7a43cfc126ef026a0e77bef9b6', 1, 23);
INSERT INTO kw.audit_events VALUES (25, '2026-11-27 19:46:36.218737+00', 'postgres', 'postgres', 'run_rewrap_jobs', '2 wrappers', '{"done": 2}', NULL, '\x000000012df1fec24699f1eb8ad5e96b58c1f042', 1, 24);
INSERT INTO kw.audit_events VALUES (26, '2026-11-27 19:46:36.222743+00', 'postgres', 'postgres', 'shred', 'public.moved.f of 1 keys', '{"left": 0, "batch": 5, "count": 1, "first": ["1"], "beneath": 0, "wrappers": 1, "destroyed_root": "3430bd8ffc7fefa51c67930749fcd45879ffd411bdd28dca8d6deb160bc724e2"}', NULL, '\x00000001809b0597e342846327d8ac16b518c9ed', 1, 25);
INSERT INTO kw.audit_events VALUES (27, '2026-11-27 19:46:36.350075+00', 'postgres', 'postgres', 'create_index_key', 'blind index of public.customers.email', '{"index": "ec9f74f7-d961-4d2a-be8d-92878b02139a", "wrapper": "b6a28ad3-b8bc-4316-8329-211486fd19b8"}', NULL, '\x0000000144bb23535090b786d326b7a02a7a2ea3', 1, 26);
INSERT INTO kw.audit_events VALUES (28, '2026-11-27 19:46:36.356672+00', 'postgres', 'postgres', 'set_protected_field', 'public.customers.email', '{"key_scope": "column", "index_uuid": "ec9f74f7-d961-4d2a-be8d-92878b02139a", "value_type": "text", "token_column": "email_token", "tenant_column": null, "ciphertext_column": "email_encrypted", "next_token_column": null}', NULL, '\x00000001f88abce39e8fdc437b231d9e14593502', 1, 27);
INSERT INTO kw.audit_events VALUES (30, '2026-11-27 19:46:36.381049+00', 'postgres', 'postgres', 'protect_verify', 'public.customers.email', '{"protection": 1}', NULL, '\x000000011b3d2ebcaae26a090dbbee02d8479250', 1, 29);
INSERT INTO kw.audit_events VALUES (31, '2026-11-27 19:46:36.390711+00', 'postgres', 'postgres', 'set_protected_field', 'public.customers.email', '{"key_scope": "column", "index_uuid": "ec9f74f7-d961-4d2a-be8d-92878b02139a", "value_type": "text", "token_column": "email_token", "tenant_column": null, "ciphertext_column": "email", "next_token_column": null}', NULL, '\x00000001eca8800bcbfdbb299c7bc3667d3a755e', 1, 30);
INSERT INTO kw.audit_events VALUES (32, '2026-11-27 19:46:36.394531+00', 'postgres', 'postgres', 'create_protected_view', 'public.customers', '{"entity_table": "public.customers", "shredded_as_null": false}', NULL, '\x00000001a59469707346ed94901dfc223fab9640', 1, 31);
INSERT INTO kw.audit_events VALUES (37, '2026-11-27 19:46:36.414031+00', 'postgres', 'postgres', 'protect_verify', 'public.suppliers.phone', '{"protection": 2}', NULL, '\x000000016822e737427d28a858dd4e6e8e79ae4c', 1, 36);
INSERT INTO kw.audit_events VALUES (38, '2026-11-27 19:46:37.032554+00', 'postgres', 'postgres', 'check_restore', 'kw', '{"tables": ["algorithm_statuses", "audit_events", "binding_generations", "blind_indexes", "encryption_bindings", "encryption_policies", "entities", "entity_fields", "field_grants", "former_wraps", "key_wrapper_layers", "key_wrappers", "kms_keys", "kms_providers", "policy_kms_keys", "protected_fields", "protected_views", "protections", "rewrap_jobs", "settings", "shred_receipts"]}', NULL, '\x0000000142c3071851a295c9f44f1824a65ffaf1', 1, 37);
INSERT INTO kw.audit_events VALUES (40, '2026-11-27 19:46:37.039923+00', 'postgres', 'postgres', 'reclaim_entity', 'public.tokens', '{}', NULL, '\x00000001caed770afc0674bd67d895de0640f4a1', 1, 39);
INSERT INTO kw.audit_events VALUES (41, '2026-11-27 19:46:37.040209+00', 'postgres', 'postgres', 'reclaim_entity', 'public.notes', '{}', NULL, '\x0000000103b5c87ceb84242c3cbb628c70a3626a', 1, 40);
INSERT INTO kw.audit_events VALUES (42, '2026-11-27 19:46:37.040741+00', 'postgres', 'postgres', 'reclaim_entity', 'public."Odd.Names"', '{}', NULL, '\x00000001fd01bb781edb01730a36f1348a8bebbc', 1, 41);
INSERT INTO kw.audit_events VALUES (43, '2026-11-27 19:46:37.040956+00', 'postgres', 'postgres', 'reclaim_entity', 'public.moved', '{}', NULL, '\x00000001d64ba40e25e608d210465b406dbb0cca', 1, 42);
INSERT INTO kw.audit_events VALUES (44, '2026-11-27 19:46:37.041144+00', 'postgres', 'postgres', 'reclaim_entity', 'public.customers', '{}', NULL, '\x00000001e19358cb1fc1c73949ee7351f9490d29', 1, 43);
INSERT INTO kw.audit_events VALUES (45, '2026-11-27 19:46:37.041325+00', 'postgres', 'postgres', 'reclaim_entity', 'public.suppliers', '{}', NULL, '\x00000001aa591fce45cdf1af4a8b0028ba6b137c', 1, 44);
INSERT INTO kw.audit_events VALUES (46, '2026-11-27 19:46:37.061146+00', 'postgres', 'postgres', 'create_signing_key', 'app', '{"key": 1, "scope": "application:orders", "activated": true, "algorithm": "Ed25519"}', NULL, '\x000000017a4a3f34531d3f6e2e0a8b2517399efa', 1, 45);
INSERT INTO kw.audit_events VALUES (48, '2026-11-27 19:46:37.093861+00', 'postgres', 'postgres', 'seal_rows', '122 rows', '{}', NULL, '\x00000001c8a2c38b8b109297aaa895d8ffb8d696', 1, 47);
INSERT INTO kw.audit_events VALUES (49, '2026-11-27 19:46:37.098382+00', 'postgres', 'postgres', 'seal_deployment', 'deployment 882bcdb8-78fe-4dc4-9dca-fe0d018d60d6', '{"key_no": 1, "destroyed": 0}', NULL, '\x0000000184b803170d1306b98303008d2dd335a0', 1, 48);
INSERT INTO kw.audit_events VALUES (50, '2026-11-27 19:46:37.099977+00', 'postgres', 'postgres', 'create_signing_key', 'log', '{"key": 1, "scope": "log", "activated": true, "algorithm": "Ed25519"}', NULL, '\x0000000113878fe707dbf7c281506899685d7534', 1, 49);
INSERT INTO kw.audit_events VALUES (51, '2026-11-27 19:46:37.109649+00', 'postgres', 'postgres', 'create_log', 'db.example.com/kwtools/882bcdb8-78fe-4dc4-9dca-fe0d018d60d6/0', '{"keys": ["db.example.com/kwtools/882bcdb8-78fe-4dc4-9dca-fe0d018d60d6/0+f6019618+AbC/8/LQ+kKqTFLxPB5xiGvIZuzP5AD4f/P9TmZ1zqp5"]}', '\x11d939926f05444b0f0000000000000000000000000000000000000051', '\x00000001eb69afdd046b9ec70a973549d1a65e28', 1, 50);
INSERT INTO kw.audit_events VALUES (52, '2026-11-27 19:46:37.120658+00', 'postgres', 'postgres', 'state', 'db.example.com/kwtools/882bcdb8-78fe-4dc4-9dca-fe0d018d60d6/0', '{"root": "65e05300cd9ac298ba94f6c55b44c2496785a8bd5cea39c81c76408e3ca8df2d", "buckets": 62}', NULL, '\x0000000131d8ce192288e293721dfad7ecbb74b8', 1, 51);
INSERT INTO kw.audit_events VALUES (53, '2026-11-27 19:46:37.125904+00', 'postgres', 'postgres', 'set_read_audit', 'public.moved.f', '{"reads": "statements"}', '\x0ec704399266b7ff230000000000000000000000000000000000000052', '\x000000013652a0a72a9dd9d5d838ee5a17891f31', 1, 52);
INSERT INTO kw.audit_events VALUES (54, '2026-11-27 19:46:37.1329+00', 'postgres', 'postgres', 'state', 'db.example.com/kwtools/882bcdb8-78fe-4dc4-9dca-fe0d018d60d6/0', '{"root": "a08893259f1b96ddb95f97ca26ef7535e683ead92c79f3307530dde253dfcb83", "buckets": 63}', NULL, '\x00000001cdeb49aa1396c916ff7c6f70ee4fd7d5', 1, 53);


--
-- Data for Name: encryption_policies; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_policies VALUES (1, 'default', 'either', 'defined', 0, 0, NULL, NULL, '2026-11-27 19:46:35.947148+00', false, NULL, false, 9, '\x000000016329fa64dc05bf889fce0a1af2bdd9eb');
INSERT INTO kw.encryption_policies VALUES (2, 'both', 'both', 'defined', 0, 0, NULL, NULL, '2026-11-27 19:46:36.05723+00', false, '1 year', true, 10, '\x00000001d229d4f41016dce55e0711e741dc69b1');
INSERT INTO kw.encryption_policies VALUES (3, 'single', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-27 19:46:36.060074+00', false, NULL, false, 11, '\x0000000161e6d7ff31540e8036fa63b264c596c2');
INSERT INTO kw.encryption_policies VALUES (4, 'branch', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-27 19:46:36.067476+00', false, NULL, false, 12, '\x00000001e6744d4b0cdac7f3e5d85e06e50eae59');
INSERT INTO kw.encryption_policies VALUES (5, 'layered', 'either', 'defined', 1, 1, NULL, NULL, '2026-11-27 19:46:36.146209+00', false, NULL, false, 13, '\x000000017c974098252d95e13b56942bab5b52e4');
INSERT INTO kw.encryption_policies VALUES (6, 'leaving', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-27 19:46:36.188327+00', false, NULL, false, 14, '\x00000001996f9ed7e630f225a08ae6f266cc8d23');


--
-- Data for Name: kms_providers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_providers VALUES (1, 'local', 'local', '/var/lib/kwtools/keys', NULL, '{}', true, '2026-11-27 19:46:35.866776+00', NULL, 3, '\x0000000127146b976948ff7babd4f32fe7ab7e14');
INSERT INTO kw.kms_providers VALUES (2, 'branches', 'wrapper', NULL, NULL, '{}', true, '2026-11-27 19:46:35.984916+00', NULL, 4, '\x00000001e93ba42ff066aedc0be9f3dd275bfeeb');


--
-- Data for Name: kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_keys VALUES (1, 'f066511d-5068-4f20-b67f-dbb288cc8d51', 1, '0.9.0-1', 'B3KPhdov_7BFzckYzjNYSETc8fPpu-eI9_YfO5pqDnw', 'wrap', 'AES-256-GCM', 'active', '2026-11-27 19:46:35.937219+00', NULL, '1c170752-b379-4c7c-b6b1-643c0a62d512', '2026-11-27 19:46:35.937219+00', 5, '\x00000001492a0694ff1c2cab9033695c46d10980');
INSERT INTO kw.kms_keys VALUES (2, 'd69b628d-5932-41a4-8865-9ed51cd16919', 1, '0.9.0-2', 'OamJeBT7zNaL6_bsl-gVTXJ_vtaMM8RSJyvniArPWOU', 'wrap', 'AES-256-GCM', 'active', '2026-11-27 19:46:35.942656+00', NULL, '7efed40f-8e24-4603-a0dd-f79bc5be42a3', '2026-11-27 19:46:35.942656+00', 6, '\x000000014412c7200d36156164f3d69a04f280ea');
INSERT INTO kw.kms_keys VALUES (3, 'ba40056d-dbf8-44b3-981e-030759c5da40', 2, 'b680a7d1-b690-4af8-9492-75d3e96af1a6', 'b680a7d1-b690-4af8-9492-75d3e96af1a6', 'wrap', 'AES-256-GCM', 'active', '2026-11-27 19:46:36.060665+00', NULL, 'c017c19c-2c46-4c36-b397-309f7082aae5', '2026-11-27 19:46:36.060665+00', 7, '\x00000001795ca7fe641b17030980624d56dd8aa2');
INSERT INTO kw.kms_keys VALUES (4, '88eeb000-8491-4c37-be41-9a19e0afcb89', 1, '0.9.0-pq', 'I6_UnpRFvH6tuHxAvA-M7RlAdk0xNoGrC4SrJZ0zyGw', 'wrap', 'ML-KEM-768+X25519', 'active', '2026-11-27 19:46:36.141636+00', '\x5e7b6b1799167241bc12c9442d5b9ff2f68556d5c72703452684275458257a3391fc4bacc8a42571b513ae052be0841f4f07624ea627964054b260a7619375841ccbe2caae6af78824f1a4e6978c2c80158bca1b6b1b4e7c7970ca237ecbb4c45e848ff9dcb27992ccb004b28bd2813e97c81c285c65a01c3ebb19f7f73c06f1bef5957b9959589b323ae7b46cbb62bd4d2157747b47f42886a4e471d1e793f48182f7747ccd58a20cc28d3150bfb1159e88f91a731a0ae4610f8a844d4a2b77c776c94cbb0ad40a346218be38628b7bac0b29a426a5d453dd613d4f6c4802655446c01c306b115402429497109e6760b273c047ca045157be4c777549e953704000de6bbdee70ce79980d550bc935aaa0f6d90cc8ba0324870a6fb90579006d4735b35fc82c0ba3a975cb46d76390ab7404659a6b4d92ad8602134b380df474266040691f71be86401e3b72607154551fc3884f62675e6849504764455a82a4675e78884bc824797828a3bc66cfe8c93d61500db2a1a6833079a83822315056bdfb0f9f0ba8c23389b0588106849262f85e26c861032190a7201f31e859757108f904a731c026fbec5e8a97a2d398b75f431e2539782b447299091a23e9c544f39020cc57c19721d365216cf967f285876f4717587c88a0655b5ea28896826d6e8b11f595b375b749b07752bd7602dc166d4fb791bf0cb0decb0ea785b9a2d64cf4b209f74c82d561acd57790647c0b56f95f503246aa73a38ab6c1abcb56bb5860490c5040e0572271cbd5bac35c2c2caa33c3cd29b01f420bf7801fde01c14d708240787929ea792bb53a6c8cbb40270c218213590156baf620767a60d3273c04f65ffe6c1eb0b22a175585dbab2c45ac6b3e534c71fb92d1955f81c92dde892e286ccf88bb57ae71a52da07e78921bdd297c760992d2f4279395b1e3855483745823937adb8b06f8a97cdffc1df8a6befb641cbdb04707702a741914c3976945723cf0750f6a676aade0cf10da9cee01812de5b8f43cbcbd50a9b524b8c0325c2e8ac15dc5a908791dfcb3bbbe50548cec426b48926837ae250b7605926a560a011bf68109bb7da54985e832c784b61ffa620cc1e511ba168838f70c0918ade0d09495acc902a0a7ff42b700e244e58b733ea15283269fb52644a16778a4735e734c6bf61a3b52018f07aabac3c26f06eb23de333bf3c891b8d904d253607264c05b8780b55b5c121bbbfce4a1b412034018560fac2f87151cf53bc7dad59ab2c3b5f9b1057da7c084e865484abd734c7724faaf0286521986c9556a114e3050a9e1b0906aa8add4b066095f5291559f647d0926436b0c27381cb68e5b8ff3b979ec643752f672a1626f3e0027ae4b28e711ca9521b409f9067a77b48453496f193ee93b8a7df940de3a88ff8714160172f72949d763ccef467a0395b6f95451b0bb10d451a6a6ac2f34262972fc62e061bad644b985614370427bae1c65b4611ecdb72a6ae0c238a392dadc34202cb6803b4f5f575e34e66396d717fa889b11cb5709e0af50e122e082af684a3d71a0bfb5997c66e033acd010bd635c0a5c17d6808ee08078cfd89a44fb6cdae52b6e2828f2863d2a6604eec556588304f2abc833be001b635aaa4a0470a7f489a782024f25a2dd1ff9f95e38030e1e9894520c0c5b14dd85b3dd1243ea444b31b49cac4ea6684df1584a4b7cd37aa167', '82618ee6-f629-456d-8c07-76af48fe2873', '2026-11-27 19:46:36.141636+00', 8, '\x00000001fd713f8ded951ee49bc1c818610fd465');


--
-- Data for Name: key_wrappers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrappers VALUES (1, 'b680a7d1-b690-4af8-9492-75d3e96af1a6', 1, 2, '\x01329b7006c28caee1d1a977755be0742ce4539c63c25cd3f94f8df98275cf1ef0490fb60990b10a25b2551ef514acdf90fb2f5648580bd09df105a09874880d6c686066bc78b1243ca5b78cf6cee45dc8a2358185432fe912adc9ec926e670d5d', '\x01009f7e86f4c771f500227c5cb0fc47bc3412a6b7974420fd06567e03f7e03b88c6fca3e20a547b36730c94b86e565091f0a08a89a69b92051bbd05e18f868130194ec1164e5136b9d03fc6ebc912a13a29bb94187ba74e98ca1453f83a1f2657', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "d69b628d-5932-41a4-8865-9ed51cd16919", "version": 1}], "mode": "either", "class": "branch", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "300461085ee1ba53c4fb6d03682d947aecdb01a737915dc58c721a9bed11ddaf"}', 1, 1, 1, 'branch', 1, 'active', '2026-11-27 19:46:36.060665+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.060665+00', '2026-11-27 19:46:36.060665+00', 46, '\x00000001451ae460f459741e08a30ef6a508954947c6d02564285eaded956c6687b12ddb61d1ac8e6f4ef162165651d0710ed3ecf1f0f18726181907f3623ec5938066f04887bf0f04046d8ab8a329f8391460bb');
INSERT INTO kw.key_wrappers VALUES (4, 'ec8cd018-47d0-420a-9d32-b67440763524', 1, NULL, '\x', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "ff2cbffda4cacdd8431170a0f82bb03a3909ba6708341727399645a3f69839e3"}', 2, 2, NULL, 'field', 3, 'invalid', '2026-11-27 19:46:36.09008+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.110826+00', NULL, 47, '\x00000001000000000000000000000000000000000000000000000000000000000000000037b7a3ba10ac2b232940541b76f400b2');
INSERT INTO kw.key_wrappers VALUES (3, '2a5855fa-246d-4da6-b212-b844c9109f2e', 3, NULL, '\x010efcfdbad0fcb23451c960217f11096677e2ce14e740346388168dca4e537a97dcd1ecae1bb3267556e106f2e9555af3c258c4107a1584a7fb3df017978803152d4623726f828fd31481f7ea24933e4edc082b4fad6de489c77989d14d3f247c', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "ba40056d-dbf8-44b3-981e-030759c5da40", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "ed4e47636bd1fdc1c86ceaa3c79c7355d4937c527043c732db688c6fa497327e"}', 2, 2, NULL, 'field', 4, 'active', '2026-11-27 19:46:36.086817+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.110826+00', NULL, 48, '\x000000012f7bf0d39af9f165d0a1f6ca4860072f14fe21b21fb940895ab1b7b03dce3f3a684fc104c3561a9ab2260b341ec1bc1b');
INSERT INTO kw.key_wrappers VALUES (2, '0e734896-3051-4d08-b5c7-691fc3803693', 1, 2, '\x01564235a2e2fb3c6ac2a9ad0d11995f829baf46a4a917222da251bb47066e281f1cfcd370979e4c6589339bcbe40db27a20f7a7179e3325fdeb19c8e22e3d4d5d9186b8cdc02ea1aa7cb03d7a59ed00321626a842c413bada37a6a424cede2e45', '\x011aadee18238d2f65fa68774fcf6d7883c8f56cf3ec0548ead0c1050510999d2aee225531b8b9d38d8be64cb08b0442e427b27fbe57cde74e7981e853e969c0ebc28b20c7baeb4246800734be066ac8af33b6dba463682ccf9add1313d35f9219', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "d69b628d-5932-41a4-8865-9ed51cd16919", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "026098c71223160f3e65cce23d561a2941fb715fef60dc13c0877977ed8bf08f"}', 2, 2, 2, 'field', 2, 'rotated', '2026-11-27 19:46:36.071056+00', '2026-11-27 19:46:36.107712+00', NULL, NULL, NULL, '2026-11-27 19:46:36.110826+00', '2026-11-27 19:46:36.110826+00', 49, '\x00000001f8874e00dfe3af007d9e6daaf1579a0b4d144c1a28ab3d852a84c27ce24d845841f8f45b56f0ce04209a03d17b8dfb82c46382b75af3e953122a3b21329cde9729bcfe3063ae8bcd2e5d44873c001341');
INSERT INTO kw.key_wrappers VALUES (12, '6eddeda3-7a51-4488-863d-69ad78342577', 1, NULL, '\x01784959aebc065cd3262b37bdf50cf84a497b57410c7b92c837e765fd9d2a17c946971fc434a0775160ac99be68155027bbce8790963f9f70343f15cae0bcb1566f39d0595d0de3dc75864a3f69316437d855b166da463c405be4405c7b71ab1c', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 1}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "b39398182857d3f3e3d2bfb46e4653b0d6560451bd7346815535605a81176c6d"}', 1, 1, NULL, 'field', 3, 'active', '2026-11-27 19:46:36.182045+00', NULL, 10, 'postgres', '63b34cc6-95c8-40c9-a21f-372744cae376', '2026-11-27 19:46:36.182045+00', NULL, 50, '\x00000001c745c4ceeaa084215513d150c5d28771bbf6813308736fc37a744b795083f18c5ee4ed2bfba5f531355efd1ed0f858e2');
INSERT INTO kw.key_wrappers VALUES (5, '4126d1c5-d8df-4c69-8b26-1b426b9842cb', 1, 2, '\x01706c1f217e830b98dd76d383ac4b9a1bc123fe2e82fdfeffeaa30de6b60308cbb9a139dd735a7f4c1c355fb2326b97a1539847c53004177e9d044620dc1fb6f32e65b9cc8abcacd4c9292347cac7ec9114cdd3b18a6a9013cfb3d84383fc3fc3', '\x018842459ee08f8ac2f224cf0f383702b719751ef885868447a913f3a2e68f65d82f5faa63eb7f307cabab9705a6b77cc758f6e35f158701c7d0f8a89d33dbeab7e387fb073c4e3cecca41ea7744faa99ac9f16de787d1a35e8d02d663003dbae9', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "d69b628d-5932-41a4-8865-9ed51cd16919", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "c22bbf9fd9a26d1560408c8356c939c35addc1ff99b6a15517a3b230c1eda3ab"}', 2, 2, 2, 'field', 2, 'active', '2026-11-27 19:46:36.103698+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.110826+00', '2026-11-27 19:46:36.110826+00', 51, '\x00000001aa0b15cc068cbebcdd4ebd2ff741734c793b06c163fdacf835880c9b0024e8543ab6eec711237b48c9042039fc8aa1939970a6843085557334aed40cf48b5612d06472e8b024f82b5df3ac04772ed5ff');
INSERT INTO kw.key_wrappers VALUES (6, 'cd6a491c-d26c-46f3-9933-1e8fdabe1745', 1, 2, '\x014d8c3aaf93d2271b5ab0bcb72107790a935b42f2c9569b4911d523b1a529b404dd7b1fcff973867ce890fa4801d1cf62a05f34bacdfb40be8c96b88e11f945880a0760ac923b457c87b3a8d8440c014fff08e8c5d9986b3ad713f58e7b2e9858f9931ca2d19ee1bd223c8cfbbdc1fd64', '\x01b40641344386ddea34c7eed63d6cac0ebca5952111b4b3755061726208c6fdac11bebdb93407e8a54e7a86f5353fe073dd5b694b71b640a1f656145c3a4752c17f9c3733bea0db9a325b6e28982a4843c0895ad26c11bd0247b6bf4d00672644c05753a0daff7c3a61b9fc0224389988', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "d69b628d-5932-41a4-8865-9ed51cd16919", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [{"kem": "ML-KEM-768+X25519", "layer": 1, "digest": "61df5f3a7ca6bee77ea1f38f7dba80a1363d6a22d2aa734ca31dd7441cef91f0", "kms_key": "88eeb000-8491-4c37-be41-9a19e0afcb89"}], "dek_bytes": 32, "commitment": "3a89186eb3325e624cd6470a6eab392bb84c13a4b374b99ed352f18d977fdd39"}', 1, 1, 1, 'field', 5, 'active', '2026-11-27 19:46:36.150115+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.150115+00', '2026-11-27 19:46:36.150115+00', 52, '\x00000001032a6ed648eebb57a95c50f00d5fdee9737459e8aa421381d8f584b2f25daa84dfad59db6ca6a99c5e4286b4089607e814c76e64b58e60f6b7b306ee0cad7fa33921c24aeb05932db89ab90464392653');
INSERT INTO kw.key_wrappers VALUES (15, '5711400f-b5d2-444f-83c2-c6f956cfdc4a', 1, NULL, '\x', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 1}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "6cb58de0d53f064c2e4a877e2b5a2a91e15b685e4ceadf05caeb9d24cb0f5c1a"}', 1, 1, NULL, 'field', 6, 'invalid', '2026-11-27 19:46:36.219016+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.219016+00', NULL, 53, '\x0000000100000000000000000000000000000000000000000000000000000000000000004f5b4dd184d1997e27b726b940452407');
INSERT INTO kw.key_wrappers VALUES (7, '4c3f6572-849f-4e0b-8cdc-28f60a3723ba', 1, 2, '\x01ccf4ad92673fd5fe1115a1f48b31b5d8b9c166c9dce280a0dbeeabc5efb6744ba8495f1cabd7807dc9063225348fe698eeb1b2f924af3b9b00ac94ebb68b746bbaa9ae0a1f5f859d84a2da42357a5795b076e2efa500489e3c076d694d39cd86', '\x01b4b8f09c94da0422e66c5ef33603a744055766b42c96723b7b05e3d2d2febb4721cd8d439cabed6e83bae76d4380346d27d9e0585a0422bc73eea5cb6af7ee43babd1df7e8ec5c7ea94dd3f7edd0ef5d73a8d9ff7e3d260f106f7e1189c5612f', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "d69b628d-5932-41a4-8865-9ed51cd16919", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "e8cc0fd04f337fb34854ba3fd0133578c5227bc86080a0a602dcc39c10624618"}', 1, 1, 1, 'field', 1, 'active', '2026-11-27 19:46:36.155537+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.155537+00', '2026-11-27 19:46:36.155537+00', 54, '\x0000000111ef12ea91fc2eb323fc8fc54f79075f350a91b8f792d8c2ece41f1c813e2560e5c26c0469c1a50af5fa6efb50d08ec81816d838c75d8642fb8971b0369f80b53d22d3f9638dcd7c04bf154576faa5f9');
INSERT INTO kw.key_wrappers VALUES (8, 'ff700853-3f7a-49aa-afc3-f59ccd59a3a5', 1, 2, '\x01c4403be4b90288596968fd2697a3dd395f9663497561895d9363e0f91ff4814db28fa5f530b0fea0684d2ea3abbe72c6b6f58f9d27d5a89f2b7785c00c5c534860e26d3e5015aa46197cfc36fb7f898d794c4e178482831f6b97a56b8229b885', '\x011b698e7df6267241b23dcaaf9d180ff0b0155fabb2e24d4f82ffa1876d8468407ad11acb4fb3a530f8f220beafad760f06369833d23ba5978ec00cc4c3c982406b4277ee2a823c1542bc91637f8e62b2b7b9af69fd92a56208dc0ac39e41c068', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "d69b628d-5932-41a4-8865-9ed51cd16919", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "0a06da2f7377ee89a54e4420283e82f11b2d5015fe2f9788aed5279a053e7054"}', 1, 1, 1, 'field', 1, 'active', '2026-11-27 19:46:36.164109+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.164109+00', '2026-11-27 19:46:36.164109+00', 55, '\x0000000184e5d39873e12230471b96595ff1460051a3f3b688eecaf81ce6311aa9194636d228c7a5c2a192d6547ff00878254b9b681ec2c6b7c4c1ae4e06e57a38c41855af73848febf525cbd9849d938045debd');
INSERT INTO kw.key_wrappers VALUES (9, '2dfebcfd-78d7-43fa-8289-bf446f32fb62', 1, 2, '\x', '\x', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "d69b628d-5932-41a4-8865-9ed51cd16919", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "79de3313c820d6397c3200f9894578771f61de3c810755dadee472a1c0286367"}', 1, 1, 1, 'field', 1, 'invalid', '2026-11-27 19:46:36.166494+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.166494+00', '2026-11-27 19:46:36.166494+00', 56, '\x0000000100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000219e1074318031a0e4324cb515981032');
INSERT INTO kw.key_wrappers VALUES (10, '954a1bd0-234b-4a11-af8b-251bc7e43246', 1, 2, '\x0198309214b739144da0d6477f54b64d1f9729f7a98c567bc3f153db4c2f6623cdcd1578a7af7f4636b5b15c9ec2972145664e0842f0830d113e41e951f4f5b8f9826417770f003b93dff582248fabdbd4158f7309df1ee3a78e1d83c1df3ff663', '\x01828f920e9b0b7e2860330979fb614a696168dae948174a3ae2576df429ea621c4a4f6cb899e654fe50e53f9bf0f4b14572269bab83e9618618260ee1a539145e40d8b6966abe5105689f894a4e8812aa614353e017c1060c5639475132553140', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "d69b628d-5932-41a4-8865-9ed51cd16919", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "acf39ed78621d3d4496cd69330d06f5178f8196528e9740e333e8e70f9205865"}', 1, 1, 1, 'field', 1, 'active', '2026-11-27 19:46:36.172567+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.172567+00', '2026-11-27 19:46:36.172567+00', 57, '\x00000001f1175034e4a03d82115ed9d8fd71653e40cadb4922b18bd454eef2b6807dfb47085e237c5e3a85f95e042e52b53ccff0d05e3f8b6e51f456ffca593514ebdaa94af5f3e8a53af6dd743bcfd1d0de7a78');
INSERT INTO kw.key_wrappers VALUES (11, 'b7025664-783e-427d-af60-2861c6384c74', 1, 2, '\x0126501144c8d80b40ce871603088b37303f8a0720b7465b3696098cda31975ec7e5744cc21f222416dddf88a5b21cad6293a36d3d91140e6ccb9f8b6aefa60cb3a96ea632bb6edf20aa71008f1a0a681d10222f1ac6dad23bc1f7f0035d46afaa', '\x010d8ba2389585296f6bf5ccf0a8664be74c4a927943e73f721512c2604355c6620b0857ca27644fc3b4e55584b273a1fc6aa55c6e7acc563f56515c8be8139905f620fb1a9856e7f49f2eee09f6dc85c4b8e5c490a661fd17095009cabfe33044', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "d69b628d-5932-41a4-8865-9ed51cd16919", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "0f55c21448b7a8723223f7d38eba5389756cd61d66fd00826828941619468f93"}', 1, 1, 1, 'field', 1, 'active', '2026-11-27 19:46:36.177688+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.177688+00', '2026-11-27 19:46:36.177688+00', 58, '\x0000000126c8859ed96b83cf12efc30e349be4894004ffa547475d998c989847fab549d9ad0d8c90a7f7f2cf2398a5c8e734aca6c2be6058c71bc5d5c4270cf72aa579cf15c0199796cda97fa11b2c2b6cb93b3a');
INSERT INTO kw.key_wrappers VALUES (14, '6d2a2060-daf0-41f6-bd83-5e52b1698067', 2, NULL, '\x01f094a23f989efa643609723936df6fc9527284b068e9255cc4af9076cff9cb6ac3a4949c235731bcc41ac4e212c3b781c4b8eca7d64d38d53e624a53c8ea323d12924cde2bb517e21e5e62a059f676da4c7e836820c2142ee7944c4fac434d7d', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "d69b628d-5932-41a4-8865-9ed51cd16919", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "d95fc2f3c5055830dc31eeb5db4c19dd808822120469f77462d9b82cc15a0e28"}', 2, 2, NULL, 'field', 6, 'active', '2026-11-27 19:46:36.1955+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.214402+00', NULL, 59, '\x00000001d0408ba9549836c868eee38d6d7fe56c198c84e457b1b8a5c52c731262645a37f9bf801676cae0008f19acc888a09668');
INSERT INTO kw.key_wrappers VALUES (13, 'e9c6d5ce-accd-4993-a84b-f6b756719d1f', 2, NULL, '\x01c678a4ce98ad6d88c0720b1e68e5166540199d41e47c47dbe73635811fe621c81e9f0b0fea0c421c0918f0f53c410ccba8fae0d93a0c816e79d86e3b54d81c20cbe7b1828cb202d2cfd7293d2b8a5cc479b139bdc99759c6ac30a9340ee02af5', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "d69b628d-5932-41a4-8865-9ed51cd16919", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "f9c64684190ed0f6b992a54d205a1d03a1aad6afd804931f809044872075bc54"}', 2, 2, NULL, 'field', 6, 'retired', '2026-11-27 19:46:36.191612+00', '2026-11-27 19:46:36.196937+00', NULL, NULL, NULL, '2026-11-27 19:46:36.214402+00', NULL, 60, '\x0000000193c72c8d6ecbcb1ee45901e80c7c6e6b64b1b5b6186c715360c54835988fa80594d2609e907259c0fe99ceb9960948de');
INSERT INTO kw.key_wrappers VALUES (16, 'ff4ab0db-577d-4d1c-81bf-05ae6e497e14', 1, 2, '\x01b82a908578288b55e0300210c5125c0c12ef0862f247dd6f0e4224bda212d0883ccc6a638c7388a070c2e17e4e491f5582658a84fcc0f095774531bff02e8742d301b09c96b1371a82609e1ceb9720e97feb7b87e7215d22d2638039314072bd', '\x0131704b69c68ff580355537f70e8d9bfecf1b6f7e7ac72e9c37a03e90f525e5b7ae9860b1f889df25422a6ede4a6f1f822d572cefa101e3932f626add46ac689aece04466e4d2f1bef690695df9f0043cab05edf95353834ae799c0a31e738813', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "d69b628d-5932-41a4-8865-9ed51cd16919", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "adfd6fbd52123dd02ebce3308d03329d42cdb2a8fab947f80dd409ad6baa940c"}', 1, 1, 1, 'field', 1, 'active', '2026-11-27 19:46:36.25362+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.25362+00', '2026-11-27 19:46:36.25362+00', 61, '\x00000001bf379dd9d857e86e69822c6e04a5c3a3aaa3c30c63f526efa78d76e75a6ab00f7a5f25418db880e0c8224e209eef90953e607ae7b918ca3f3c43b02b376cfd86c95c16299c265f5037f848f3dc800c90');
INSERT INTO kw.key_wrappers VALUES (17, 'b6a28ad3-b8bc-4316-8329-211486fd19b8', 1, 2, '\x0160cc081698fe724bd9ecaa98dd819a44dd48b79d718aa6df709330843799c9a206755da8dce1e3a374bc2041ecf37202190cdddf6aeb2cd37bd96b85e38b54fcc0f9555d25b6c5d9c34cf2bf53b91d7653cb23b2ff56036e158be515885beaee', '\x01037f5bbcb94e1b9bc6920c31ff8b72c69f191b51274f57c461069c835ef07196ddf3b2e4c65d99d5246aaa3d834e41d4054a366cbfaacca7ce11f95dccb5f513d51f6358c51768aaa2983d352cd5f762bed1fe9e67bfc3302013d08511a15872', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "d69b628d-5932-41a4-8865-9ed51cd16919", "version": 1}], "mode": "either", "class": "index", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "6f9fed649d59d9b108d416c7bfc05d3e4143ad0aa23a1714e9164e0096983c05"}', 1, 1, 1, 'index', 1, 'active', '2026-11-27 19:46:36.25362+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.25362+00', '2026-11-27 19:46:36.25362+00', 62, '\x00000001b16f7e25e31a89425c4f019f99835c86a57c27450ebb8d6300b9b1d02ba83ab711e95926639826567a464dcc53d8f6d16a649bb716266ed6acc884bbcc02b893dda5fe54a2d3b423ab74afffcd271333');
INSERT INTO kw.key_wrappers VALUES (19, '48b5b937-a173-496c-8fc4-00dcad12aac8', 1, 2, '\x01128ccc9284d2d5b6b937c8e478e34b7c328f770dba11a371b80214d4df4e245dedf30c4f710212eb007b4f515c89effc485935a5964b2bec896776e3344e46ee0be78cfcdceca22c16f0ec847f3add109e67407f031f586a2399dc3c588f43c7', '\x01c1dc5e4e5705367870653fc386e3449b356b89135751dc676e124d2045611decd2d9df66707a0b393e057e284f8dc3a491d05204c6b08232ef14dace3ce219fe0619726a1a1849f38998e8e55257cbc60efd1ab97d35e7a506c372977fe3448c', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "d69b628d-5932-41a4-8865-9ed51cd16919", "version": 1}], "mode": "either", "class": "deployment", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "814ebfac7b09dd04d967b9574f6885d4c27541050ce0eaf1a4edd32745a8ab45"}', 1, 1, 1, 'deployment', 1, 'active', '2026-11-27 19:46:37.061568+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:37.061568+00', '2026-11-27 19:46:37.061568+00', 2, '\x0000000166a182d249e320da5242770e397771d9a95e8134beec82674871765eaa86610963771c3d664e3f1a21b0603051c72e715f41b8c44ff30e3e465128d1819c253cb96fd80ac20b792f65b24b525e4e9b3a');
INSERT INTO kw.key_wrappers VALUES (18, 'aa159b06-f91b-431e-bf57-a2ba6fdbf8ce', 1, 2, '\x01d4de4d40c8ebbe24582bb2b99f777c8c527d048fb456854d158c02349668f52e4e7da6bdd77ce8d52e870003243f610cd32015fe2db7e63752a9b9636dbaada99e8e29f5b20065e6e0fa050e18791fb5c9c637c717b23e1630b8ffc01fd995be', '\x01381cdf0f093dcc2a3644c49adf53cd8d877b0187b3565abfc6530d81915eafb0bda5c39888333baf4ee49406724de470a502110fe098a1d68e69c95c11fe41ad99baf9b4b0cfa54b4f4a3b5e177ef72c5ab87f6d72bdfe887a9991bd9f5c9f4a', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f066511d-5068-4f20-b67f-dbb288cc8d51", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "d69b628d-5932-41a4-8865-9ed51cd16919", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "76aefa29dd9bfdb98141e98e2eb5bbad412d221ef4a487623220e92b56275cb1"}', 1, 1, 1, 'field', 1, 'active', '2026-11-27 19:46:36.400739+00', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.400739+00', '2026-11-27 19:46:36.400739+00', 63, '\x00000001a9bfecd6d150ac17ee0c6de17d99088167868d9b0750683cbd51f88792f3324e2d912d48261537c9e448dfbb29f12b66bc45b69c3136a856af19f790d67a5fe3a67262d61539981b99301c6dbaf90fc3');


--
-- Data for Name: encryption_bindings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_bindings VALUES (146571384396398654, 'acme.users', '*', 'email', DEFAULT, 10, 1, 'live', '2026-11-27 19:46:36.172567+00', false, 2, 64, '\x000000018e0b4f952eed17038789f7180eec0579');
INSERT INTO kw.encryption_bindings VALUES (343336429846011798, 'public.moved', '1', 'f', DEFAULT, 15, 1, 'shredded', '2026-11-27 19:46:36.219016+00', true, 1, 65, '\x00000001ce15abe8508ac584acb544f87c87294e');
INSERT INTO kw.encryption_bindings VALUES (1010855508972917498, 'public.tokens', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'secret', DEFAULT, 7, 1, 'live', '2026-11-27 19:46:36.155537+00', false, 1, 66, '\x0000000199ce9f05d96e59303f600158fa9c6cf2');
INSERT INTO kw.encryption_bindings VALUES (1971975058955176174, 'public.moved', '*', 'f', DEFAULT, 14, 2, 'live', '2026-11-27 19:46:36.191612+00', false, 2, 67, '\x0000000118af739a07e665253aac8e6a3dee3f16');
INSERT INTO kw.encryption_bindings VALUES (2088279903507501059, 'public.notes', '*', 'text', DEFAULT, 9, 1, 'shredded', '2026-11-27 19:46:36.166494+00', true, 2, 68, '\x0000000146503065651aa413a8cbcb3951f60f77');
INSERT INTO kw.encryption_bindings VALUES (2679068128861850390, 'public.people', '*', 'ssn', DEFAULT, 5, 2, 'live', '2026-11-27 19:46:36.071056+00', false, 2, 69, '\x000000011c01a906aa103c3c99a9cf880f99a12f');
INSERT INTO kw.encryption_bindings VALUES (2873262979021164371, 'public.suppliers', '*', 'phone', DEFAULT, 18, 1, 'live', '2026-11-27 19:46:36.400739+00', false, 2, 70, '\x00000001b67958bb8b94472314337eef17e37e03');
INSERT INTO kw.encryption_bindings VALUES (6315036365379735541, 'public.tokens', '*', 'hint', DEFAULT, 6, 1, 'live', '2026-11-27 19:46:36.150115+00', false, 2, 71, '\x00000001a6973d67c71648d4be575f383fe5fa03');
INSERT INTO kw.encryption_bindings VALUES (7662705033489028112, 'public.customers', '*', 'email', DEFAULT, 16, 1, 'live', '2026-11-27 19:46:36.25362+00', false, 2, 72, '\x0000000193b3faa75207cb312f4d7f02b981117a');
INSERT INTO kw.encryption_bindings VALUES (7734078947681039595, 'public.people', '2', 'diagnosis', DEFAULT, 4, 1, 'shredded', '2026-11-27 19:46:36.09008+00', true, 1, 73, '\x00000001a7db7866f38e884cb5de3d824bfdd2e4');
INSERT INTO kw.encryption_bindings VALUES (8236045056008752691, 'public.notes', '*', NULL, DEFAULT, 8, 1, 'live', '2026-11-27 19:46:36.164109+00', false, 2, 74, '\x00000001374815f0f90fb56ed429a8e67e93615f');
INSERT INTO kw.encryption_bindings VALUES (8782677934943860787, 'public."Odd.Names"', '*', 'f', DEFAULT, 11, 1, 'live', '2026-11-27 19:46:36.177688+00', false, 2, 75, '\x000000011204c7a45a651850bf452c5d5f77e9a0');
INSERT INTO kw.encryption_bindings VALUES (9125618461023682097, 'public.people', '*', 'diagnosis', DEFAULT, 3, 1, 'live', '2026-11-27 19:46:36.086817+00', false, 2, 76, '\x000000015a16926c44ff3dcb63f71035960fada1');


--
-- Data for Name: binding_generations; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.binding_generations VALUES (1971975058955176174, 1, 13, '2026-11-27 19:46:36.1955+00', 77, '\x0000000164fee75cfab29ebccedb476061c9ed07');
INSERT INTO kw.binding_generations VALUES (2679068128861850390, 1, 2, '2026-11-27 19:46:36.103698+00', 78, '\x0000000102e97bd690416daccb45128d9df45494');


--
-- Data for Name: blind_indexes; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.blind_indexes VALUES ('ec9f74f7-d961-4d2a-be8d-92878b02139a', 'public.customers', 'email', NULL, 'email', 128, 1, 17, NULL, 'live', '2026-11-27 19:46:36.25362+00', 43, '\x000000011d670340d49eeaf9f5ad2efd1c6b639c');


--
-- Data for Name: deployments; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.deployments VALUES (1, '882bcdb8-78fe-4dc4-9dca-fe0d018d60d6', 19, 0, 'sealed', '2026-11-27 19:46:37.061568+00', 79, '\x00000001e404160a1337a43ac53b2a8cb8968cf3');


--
-- Data for Name: entities; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entities VALUES ('acme.users', NULL, 'acme.users', NULL, '2026-11-27 19:46:36.172567+00', NULL, 'bbfe64ef-11c1-4af7-9cd6-c982b5116b89', 'acme.users', 28, '\x0000000158d422a54ef8c656d076f4e788d7db62');
INSERT INTO kw.entities VALUES ('public."Odd.Names"', 19044, 'public."Odd.Names"', 'postgres', '2026-11-27 19:46:37.0407+00', 'integer', '6b200575-f2b3-4cce-bf33-cfa9ad1f026b', 'public."Odd.Names"', 29, '\x00000001b46c363c9f5926826084965defadc2e6');
INSERT INTO kw.entities VALUES ('public.customers', 19049, 'public.customers_protected', 'postgres', '2026-11-27 19:46:37.041116+00', 'integer', '039c087b-4a1c-4a84-a802-e820694e5c5a', 'public.customers', 30, '\x00000001fc85f02b7acf21062dd27c55b7cc993b');
INSERT INTO kw.entities VALUES ('public.moved', 19060, 'public.moved', 'postgres', '2026-11-27 19:46:37.040924+00', 'integer', '125a2dba-3824-4b85-a7ef-06e6245c7fe2', 'public.moved', 31, '\x000000014c1bedbe9e723e494f186cb6aeb21faf');
INSERT INTO kw.entities VALUES ('public.notes', 19065, 'public.notes', 'postgres', '2026-11-27 19:46:37.040171+00', 'integer', '14f66bf0-e905-4350-836b-803897f26d3d', 'public.notes', 32, '\x00000001f180bb51b0450c13a801ba4465440955');
INSERT INTO kw.entities VALUES ('public.people', 19070, 'public.people', 'postgres', '2026-11-27 19:46:37.03934+00', 'integer', 'cfc29236-71f8-4cc3-84e4-a4ed49609d68', 'public.people', 33, '\x00000001b52cb4adbb9478c8968d79ce228ec139');
INSERT INTO kw.entities VALUES ('public.suppliers', 19075, 'public.suppliers', 'postgres', '2026-11-27 19:46:37.041296+00', 'integer', 'f316546e-4f12-4952-b3a8-695974c82963', 'public.suppliers', 34, '\x00000001f6d2ba334954dd603b545d0ee6e7c4b1');
INSERT INTO kw.entities VALUES ('public.tokens', 19082, 'public.tokens', 'postgres', '2026-11-27 19:46:37.039871+00', 'uuid', 'ea251b9b-0808-449d-a0ad-f5c51a6deebc', 'public.tokens', 35, '\x0000000165f4e61751c44b256977ef9a13526dbb');


--
-- Data for Name: entity_fields; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, true, NULL, '38174816-9d94-4100-8f72-4003d4037331', true, false, NULL, 36, '\x00000001f195f2f7c1a1adfb93a0847f293344ee');
INSERT INTO kw.entity_fields VALUES ('public.notes', 'text', NULL, false, true, NULL, '51e38a6c-39ff-418d-8fdb-5a76868fa70c', true, false, NULL, 37, '\x00000001242ca8329b566bbd1ce75b268a244088');
INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, false, NULL, '58375508-f26f-46d3-acea-6c38dd033267', true, false, NULL, 38, '\x00000001beaeafdb8d34fa552e167f24daad7895');
INSERT INTO kw.entity_fields VALUES ('public.moved', 'f', NULL, true, true, NULL, '73831821-e37b-438c-8468-3f77f7385a00', true, false, NULL, 39, '\x00000001dadf988826819e6f2050e58fb859bf8b');
INSERT INTO kw.entity_fields VALUES ('public.moved', 'f', NULL, true, false, NULL, 'a8d8ed8f-169c-4fe3-86ea-09dd114ecc1c', true, false, NULL, 40, '\x000000019149566ef9b8ef560476614a3ff0c2e2');
INSERT INTO kw.entity_fields VALUES ('public.tokens', 'secret', NULL, true, false, NULL, 'c6e86524-201b-4f61-89ab-467bd99b803b', true, false, NULL, 41, '\x0000000147081aca1c2952fe6ec3257c73dca074');
INSERT INTO kw.entity_fields VALUES ('public.moved', 'f', NULL, false, false, NULL, 'f2123903-2741-408a-898d-4a2078ba0a7d', false, false, 'statements', 82, '\x000000017f1eaaa2e2d467545d4c282e53f236b6');


--
-- Data for Name: field_grants; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.field_grants VALUES ('public.people', 'ssn', 'pg_monitor', true, false, 'postgres', '2026-11-27 19:46:36.1395+00', '6bab32f8-0410-4675-abbc-6eec13c3123b', 17681, 10, 'postgres', 3373, '63b34cc6-95c8-40c9-a21f-372744cae376', 42, '\x00000001e23b2099d22a55d73d0ff9594dd8ba64');


--
-- Data for Name: former_wraps; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.former_wraps VALUES (3, 2, '2026-11-27 19:46:36.172074+00');
INSERT INTO kw.former_wraps VALUES (6, 1, '2026-11-27 19:46:36.222603+00');


--
-- Data for Name: generation_usage; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: signing_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.signing_keys VALUES (1, 9, 'app', 'application:orders', 'local', '\x3cd49071118547ee3e5f742ea52577ec49c106993c00f17dd22a7d84cb4cda5f', '\x0112945f395ea23d5614a39a4c8e1be5840ca471083a1611e7b45cc002838f1a3aa2e451317e71370356426f3dacc58bc9b2f53bd3fdf4357e1c771d43', 1, 'active', '2026-11-27 19:46:37.041637+00', '2026-11-27 19:46:37.060589+00', NULL, NULL, NULL, 27, '\x000000013d7cb173e3a593860c254214db501e3d');
INSERT INTO kw.signing_keys VALUES (2, 9, 'log', 'log', 'local', '\xb0bff3f2d0fa42aa4c52f13c1e71886bc866eccfe400f87ff3fd4e6675ceaa79', '\x010c802e39232c3ec57b678fb7aede7e8b8617cd6296f7251bf09d51f2bb0fe5a328b2cde1f3dc47883210733e5c8c638bf37df63672a19778124c37af', 1, 'active', '2026-11-27 19:46:37.099171+00', '2026-11-27 19:46:37.099817+00', NULL, NULL, NULL, 80, '\x00000001d1e6e6a845616c34c68860c22c9c432d');


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

INSERT INTO kw.key_wrapper_layers VALUES (1, 6, 1, 4, 5, '\xfaa8ffb57ba292552c0da66c41376dc1dba05bae34262884fa7a118b47a101e1cffc21bb14fe692810e1b9f28fb31868fcad907cb70a43c46dab3a330f9f4cbd2bf7eb1d01224b9b8aed3db1ed7ece934a06297fb95ec87597c2528efc0d08121c06980dc300be44c7f32f267b426d8527dd03e007e904f6b5bf6f0c2bdaf96ec1304da1d84b3b3a275a27d0ebad52094838c7360e3dc88ed4d6710fe96f094a3ca0aab87203050c3d4acb1b604cf2000ae75bf2dc4d86e1a6a710fa9debfa9e14659599b201faec6a905e40d76fc05335b7b829f3a5440393fffa4038d93ffbeb390877b685143dfefa3f7dd9416e54274f707b4a187688676fd7e8fa151ce68233f52a7aca87d229b4599675357b12f1c28d92e1ab4ad1b6eb2075eb963a3a1373da0bb0a93faa88427e2138b2e9a8d872303ff6a9ce9fdad7ed42eb996b2097025fa97a91b59157612f5ecf67f666f0bb30fed27c05d4f0730cf1f4b859257c237d2c5b59699347565726a8543c11bca1a6e84bd705ab53aeefa369568297e17dd26efa489396bf0465a63392a4d578fc9b884faf11982e43e96c10cfe8c718b3ee68ac4cdb2582216124c8140769cf1dffc2be3d4168f179ac01a3c44c376cdf4a5e68cd8fa14714d2de6cc852107391087ca86ac0a56ffe019eabc5dc4bf94e6352c0612d1d3521ef002b37089c6b10c054d6706af8b518096748230a5d1e85de5a25cfb1ebef3f1635d256f650e9a754620d2e2c416932018cec0655dd93f9547a274d11ca880c5d41d5d613a138137f988c21cdf545db2d70e6feaf5a521e06ad86ec454b8349ce436e53643a34fe67b35e9a8897caae47cc9619225ae3420bdf2b9b82ce3dda306b8a9bac8cbd877533a90c36f142952ae6c3d257a032e2baa33963a7a454617e6652500fcc902440b451afbe4aea49a3a827bbc4cefc94e9fbcd5368a32b1af0b26085f22880f872689a5247a247450c23f210a79b070919b6d9067ef33177730c545977e24e1a2158d61f9323b12785c76bd06a16ded79115a9d1e99c01f246258ec702fabab5a4bc79a130bf24cf293feb9975f996f5dfd9610e0b5eec3fd74a7a48805e01c6973ae2983dc2fbbc6e24023a85e00c685cb8b44cd9ce901e13d6ef6097830e7a5af65c5c9fa8d5be2bd5a4d798556c84a9daf15ec5f25ce50ada4993d6f26579a506ca9198d9959ccd03cd1dc1acbd3c788ccc677d62f300069067af5ab85078a0996212b04d31a59d09011c7d16aa9f702b4aa4a8f3cd034dfce2051ed473bc48fc31dc2c21224401fa1873ec94770c6b577eeca8ee2d96066b24c87026679f5a4e27eff15248fb8dfa0be3d4a69f81cb444be8d84e0044ebf610f489d78bebe734f30bd8038e7850062e096181c18c832a5a3a31afb83ae5760f93fbc1e6f27d82d0fbf5b7eb14776c4f1e6aa8918a6f8142641c404b85dae4bd23e53d35a014de1362413bbc4a4a7ea30986c5586387c5170981d1b73b434652368993db6b47b0faa6dbb88b9ccfe59492f42e56adc79f6120058036d7051206161c7cf1b1511182fce842145bd5353d4bd876', '\x5e7b6b1799167241bc12c9442d5b9ff2f68556d5c72703452684275458257a3391fc4bacc8a42571b513ae052be0841f4f07624ea627964054b260a7619375841ccbe2caae6af78824f1a4e6978c2c80158bca1b6b1b4e7c7970ca237ecbb4c45e848ff9dcb27992ccb004b28bd2813e97c81c285c65a01c3ebb19f7f73c06f1bef5957b9959589b323ae7b46cbb62bd4d2157747b47f42886a4e471d1e793f48182f7747ccd58a20cc28d3150bfb1159e88f91a731a0ae4610f8a844d4a2b77c776c94cbb0ad40a346218be38628b7bac0b29a426a5d453dd613d4f6c4802655446c01c306b115402429497109e6760b273c047ca045157be4c777549e953704000de6bbdee70ce79980d550bc935aaa0f6d90cc8ba0324870a6fb90579006d4735b35fc82c0ba3a975cb46d76390ab7404659a6b4d92ad8602134b380df474266040691f71be86401e3b72607154551fc3884f62675e6849504764455a82a4675e78884bc824797828a3bc66cfe8c93d61500db2a1a6833079a83822315056bdfb0f9f0ba8c23389b0588106849262f85e26c861032190a7201f31e859757108f904a731c026fbec5e8a97a2d398b75f431e2539782b447299091a23e9c544f39020cc57c19721d365216cf967f285876f4717587c88a0655b5ea28896826d6e8b11f595b375b749b07752bd7602dc166d4fb791bf0cb0decb0ea785b9a2d64cf4b209f74c82d561acd57790647c0b56f95f503246aa73a38ab6c1abcb56bb5860490c5040e0572271cbd5bac35c2c2caa33c3cd29b01f420bf7801fde01c14d708240787929ea792bb53a6c8cbb40270c218213590156baf620767a60d3273c04f65ffe6c1eb0b22a175585dbab2c45ac6b3e534c71fb92d1955f81c92dde892e286ccf88bb57ae71a52da07e78921bdd297c760992d2f4279395b1e3855483745823937adb8b06f8a97cdffc1df8a6befb641cbdb04707702a741914c3976945723cf0750f6a676aade0cf10da9cee01812de5b8f43cbcbd50a9b524b8c0325c2e8ac15dc5a908791dfcb3bbbe50548cec426b48926837ae250b7605926a560a011bf68109bb7da54985e832c784b61ffa620cc1e511ba168838f70c0918ade0d09495acc902a0a7ff42b700e244e58b733ea15283269fb52644a16778a4735e734c6bf61a3b52018f07aabac3c26f06eb23de333bf3c891b8d904d253607264c05b8780b55b5c121bbbfce4a1b412034018560fac2f87151cf53bc7dad59ab2c3b5f9b1057da7c084e865484abd734c7724faaf0286521986c9556a114e3050a9e1b0906aa8add4b066095f5291559f647d0926436b0c27381cb68e5b8ff3b979ec643752f672a1626f3e0027ae4b28e711ca9521b409f9067a77b48453496f193ee93b8a7df940de3a88ff8714160172f72949d763ccef467a0395b6f95451b0bb10d451a6a6ac2f34262972fc62e061bad644b985614370427bae1c65b4611ecdb72a6ae0c238a392dadc34202cb6803b4f5f575e34e66396d717fa889b11cb5709e0af50e122e082af684a3d71a0bfb5997c66e033acd010bd635c0a5c17d6808ee08078cfd89a44fb6cdae52b6e2828f2863d2a6604eec556588304f2abc833be001b635aaa4a0470a7f489a782024f25a2dd1ff9f95e38030e1e9894520c0c5b14dd85b3dd1243ea444b31b49cac4ea6684df1584a4b7cd37aa167', NULL, '{"kdf": 1, "kem": 25722, "aead": 2, "hpke": "draft-ietf-hpke-pq-04"}', '2026-11-27 19:46:36.150115+00');


--
-- Data for Name: kms_health_checks; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: logs; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.logs VALUES (1, '882bcdb8-78fe-4dc4-9dca-fe0d018d60d6', 0, 'db.example.com', 'db.example.com/kwtools/882bcdb8-78fe-4dc4-9dca-fe0d018d60d6/0', 54, '\x69959347487d57ace24ca0a16c8c414ec397976da1f1134a0a76dd28e77b12d587e678e352953ea6494888337648fe4122e55246b19d9cfa1ba737ee41980fe762be0b281648057c968da8430a4c87dc06d49836a97b9bcfa4cf3141d4d6bfff16ead8d4e1049f2e5cb3243ca1256cc25baf1399e2ac87dbc096ca18b08ee665', 0, 53, '1533', '2026-11-27 19:46:37.108444+00');


--
-- Data for Name: log_checkpoints; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.log_checkpoints VALUES (1, 1, 52, '\xb566747046b5f9b6c347da41b8fc4a6ac71f0e1951d17253cc9eb303b69d5736', 'db.example.com/kwtools/882bcdb8-78fe-4dc4-9dca-fe0d018d60d6/0
52
tWZ0cEa1+bbDR9pBuPxKascfDhlR0XJTzJ6zA7adVzY=

— db.example.com/kwtools/882bcdb8-78fe-4dc4-9dca-fe0d018d60d6/0 9gGWGPm29dFZCUUtvprVbdCyZhl8fmCq+xmFJ0o+kZHkqEi1DalyshexdJBQgs2vhd3ltEq2ZS73FeT7gTsmpeAmNQg=
', '2026-11-27 19:46:37.123238+00');
INSERT INTO kw.log_checkpoints VALUES (2, 1, 54, '\x34cac0ddc14d85c3bb6c188462ef297f58d5cdb7444641e1da8fcbee928fb910', 'db.example.com/kwtools/882bcdb8-78fe-4dc4-9dca-fe0d018d60d6/0
54
NMrA3cFNhcO7bBiEYu8pf1jVzbdERkHh2o/L7pKPuRA=

— db.example.com/kwtools/882bcdb8-78fe-4dc4-9dca-fe0d018d60d6/0 9gGWGIlEtmdUZPEkbL3o4VFKDtN+qJLLMnXHw7K/ZYTwqLL6Sy3Ymfqr8NV9zIlLPyaghQsvDVO/71XrcMmPu924lg4=
', '2026-11-27 19:46:37.134515+00');


--
-- Data for Name: witnesses; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: log_cosignatures; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: log_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.log_keys VALUES (1, 2, 'db.example.com/kwtools/882bcdb8-78fe-4dc4-9dca-fe0d018d60d6/0+f6019618+AbC/8/LQ+kKqTFLxPB5xiGvIZuzP5AD4f/P9TmZ1zqp5', '2026-11-27 19:46:37.109253+00', NULL, 81, '\x000000013114c94eced27744a5819f7e4b0f1efe');


--
-- Data for Name: log_leaves; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.log_leaves VALUES (1, 0, 1, '\x7b22616374696f6e223a226164645f70726f7669646572222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b696e64223a226c6f63616c227d2c226576656e74223a2231222c22696e6361726e6174696f6e223a302c226f626a656374223a226c6f63616c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33352e3933363331305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 1, 2, '\x7b22616374696f6e223a226164645f6b6d735f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b2270726f7669646572223a226c6f63616c222c22726566223a22302e392e302d31227d2c226576656e74223a2232222c22696e6361726e6174696f6e223a302c226f626a656374223a226b65792031222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33352e3934323139345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 2, 3, '\x7b22616374696f6e223a226164645f6b6d735f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b2270726f7669646572223a226c6f63616c222c22726566223a22302e392e302d32227d2c226576656e74223a2233222c22696e6361726e6174696f6e223a302c226f626a656374223a226b65792032222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33352e3934363639395a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 3, 4, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b657973223a5b312c325d2c226c6179657273223a5b5d2c226d6f6465223a22656974686572227d2c226576656e74223a2234222c22696e6361726e6174696f6e223a302c226f626a656374223a2264656661756c74222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33352e3935303530325a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 4, 5, '\x7b22616374696f6e223a226164645f70726f7669646572222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b696e64223a2277726170706572227d2c226576656e74223a2235222c22696e6361726e6174696f6e223a302c226f626a656374223a226272616e63686573222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3035363539335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 5, 6, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b657973223a5b312c325d2c226c6179657273223a5b5d2c226d6f6465223a22626f7468227d2c226576656e74223a2236222c22696e6361726e6174696f6e223a302c226f626a656374223a22626f7468222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3035393737345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 6, 7, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b657973223a5b315d2c226c6179657273223a5b5d2c226d6f6465223a2273696e676c65227d2c226576656e74223a2237222c22696e6361726e6174696f6e223a302c226f626a656374223a2273696e676c65222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3036303437345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 7, 8, '\x7b22616374696f6e223a226164645f6b6d735f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b2270726f7669646572223a226272616e63686573222c22726566223a2262363830613764312d623639302d346166382d393439322d373564336539366166316136227d2c226576656e74223a2238222c22696e6361726e6174696f6e223a302c226f626a656374223a226b65792033222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3036373136395a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 8, 9, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b657973223a5b335d2c226c6179657273223a5b5d2c226d6f6465223a2273696e676c65227d2c226576656e74223a2239222c22696e6361726e6174696f6e223a302c226f626a656374223a226272616e6368222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3036393337375a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 9, 10, '\x7b22616374696f6e223a227365745f73657474696e67222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b2276616c7565223a36307d2c226576656e74223a223130222c22696e6361726e6174696f6e223a302c226f626a656374223a2263616368655f7365636f6e6473222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3037303739375a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 10, 11, '\x7b22616374696f6e223a22726577726170222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b6d7331223a6e756c6c2c226b6d7332223a6e756c6c2c2276657273696f6e223a327d2c226576656e74223a223131222c22696e6361726e6174696f6e223a302c226f626a656374223a22777261707065722032613538353566612d323436642d346461362d623231322d623834346339313039663265222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3132393735345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 11, 12, '\x7b22616374696f6e223a22726577726170222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b6d7331223a6e756c6c2c226b6d7332223a6e756c6c2c2276657273696f6e223a327d2c226576656e74223a223132222c22696e6361726e6174696f6e223a302c226f626a656374223a22777261707065722065633863643031382d343764302d343230612d396433322d623637343430373633353234222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3133303738365a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 12, 13, '\x7b22616374696f6e223a22726577726170222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b6d7331223a6e756c6c2c226b6d7332223a6e756c6c2c2276657273696f6e223a327d2c226576656e74223a223133222c22696e6361726e6174696f6e223a302c226f626a656374223a22777261707065722030653733343839362d333035312d346430382d623563372d363931666333383033363933222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3133313734385a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 13, 14, '\x7b22616374696f6e223a22726577726170222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b6d7331223a6e756c6c2c226b6d7332223a6e756c6c2c2276657273696f6e223a327d2c226576656e74223a223134222c22696e6361726e6174696f6e223a302c226f626a656374223a22777261707065722034313236643163352d643864662d346336392d386232362d316234323662393834326362222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3133323533325a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 14, 15, '\x7b22616374696f6e223a227368726564222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226261746368223a312c2262656e65617468223a302c2264657374726f7965645f726f6f74223a2239666539393236646337373033393965393535303934643463316435386336363733356365313464663933393737336635643964346263393539346130623566222c226c656674223a302c227772617070657273223a317d2c226576656e74223a223135222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e70656f706c652e646961676e6f736973206f66206b657920273227222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3133383535365a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 15, 16, '\x7b22616374696f6e223a226772616e745f6669656c64222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226772616e746565223a2270675f6d6f6e69746f72222c226d61795f72656164223a747275652c226d61795f7772697465223a66616c73657d2c226576656e74223a223136222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e70656f706c652e73736e222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3134313335335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 16, 17, '\x7b22616374696f6e223a226164645f6b6d735f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b2270726f7669646572223a226c6f63616c222c22726566223a22302e392e302d7071227d2c226576656e74223a223137222c22696e6361726e6174696f6e223a302c226f626a656374223a226b65792034222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3134353935315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 17, 18, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b657973223a5b312c325d2c226c6179657273223a5b345d2c226d6f6465223a22656974686572227d2c226576656e74223a223138222c22696e6361726e6174696f6e223a302c226f626a656374223a226c617965726564222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3134373137345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 18, 19, '\x7b22616374696f6e223a227368726564222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226261746368223a332c2262656e65617468223a302c2264657374726f7965645f726f6f74223a2239613163633332353462333865356333623830336133363731613136316263646131663633366563386135643566636437333864383961303537383838383538222c226c656674223a302c227772617070657273223a317d2c226576656e74223a223139222c22696e6361726e6174696f6e223a302c226f626a656374223a22657665727920726f77206f66207075626c69632e6e6f7465732e74657874222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3137323236345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 19, 20, '\x7b22616374696f6e223a227365745f616c676f726974686d5f737461747573222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b22737461747573223a2264657072656361746564227d2c226576656e74223a223230222c22696e6361726e6174696f6e223a302c226f626a656374223a224d4c2d4b454d2d31303234222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3138343431375a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 20, 21, '\x7b22616374696f6e223a227365745f706f6c6963795f72656e6577616c222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226d61785f777261705f616765223a22312079656172222c2272656e6577735f6f6e655f6c6567223a747275657d2c226576656e74223a223231222c22696e6361726e6174696f6e223a302c226f626a656374223a22706f6c69637920626f7468222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3138383133335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 21, 22, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b657973223a5b315d2c226c6179657273223a5b5d2c226d6f6465223a2273696e676c65227d2c226576656e74223a223232222c22696e6361726e6174696f6e223a302c226f626a656374223a226c656176696e67222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3138383735385a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 22, 23, '\x7b22616374696f6e223a227265746972655f67656e65726174696f6e73222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b227772617070657273223a317d2c226576656e74223a223233222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e6d6f7665642e66222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3231303733305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 23, 24, '\x7b22616374696f6e223a227363686564756c655f726577726170222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b6d735f6b65795f6964223a312c226e65775f6b6d735f6b65795f6964223a322c22706f6c696379223a226c656176696e67227d2c226576656e74223a223234222c22696e6361726e6174696f6e223a302c226f626a656374223a2232207772617070657273222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3231343137385a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 24, 25, '\x7b22616374696f6e223a2272756e5f7265777261705f6a6f6273222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b22646f6e65223a327d2c226576656e74223a223235222c22696e6361726e6174696f6e223a302c226f626a656374223a2232207772617070657273222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3231383733375a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 25, 26, '\x7b22616374696f6e223a227368726564222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226261746368223a352c2262656e65617468223a302c22636f756e74223a312c2264657374726f7965645f726f6f74223a2233343330626438666663376665666135316336373933303734396663643435383739666664343131626464323864636138643664656231363062633732346532222c226669727374223a5b2231225d2c226c656674223a302c227772617070657273223a317d2c226576656e74223a223236222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e6d6f7665642e66206f662031206b657973222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3232323734335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 26, 27, '\x7b22616374696f6e223a226372656174655f696e6465785f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b22696e646578223a2265633966373466372d643936312d346432612d626538642d393238373862303231333961222c2277726170706572223a2262366132386164332d623862632d343331362d383332392d323131343836666431396238227d2c226576656e74223a223237222c22696e6361726e6174696f6e223a302c226f626a656374223a22626c696e6420696e646578206f66207075626c69632e637573746f6d6572732e656d61696c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3335303037355a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 27, 28, '\x7b22616374696f6e223a227365745f70726f7465637465645f6669656c64222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b22636970686572746578745f636f6c756d6e223a22656d61696c5f656e63727970746564222c22696e6465785f75756964223a2265633966373466372d643936312d346432612d626538642d393238373862303231333961222c226b65795f73636f7065223a22636f6c756d6e222c226e6578745f746f6b656e5f636f6c756d6e223a6e756c6c2c2274656e616e745f636f6c756d6e223a6e756c6c2c22746f6b656e5f636f6c756d6e223a22656d61696c5f746f6b656e222c2276616c75655f74797065223a2274657874227d2c226576656e74223a223238222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d6572732e656d61696c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3335363637325a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 28, 29, '\x7b22616374696f6e223a2270726f746563745f657870616e64222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b65795f73636f7065223a22636f6c756d6e222c2270726f74656374696f6e223a312c22736561726368223a22657175616c697479222c2273686f776e5f6279223a2276696577227d2c226576656e74223a223239222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d6572732e656d61696c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3335373537335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 29, 30, '\x7b22616374696f6e223a2270726f746563745f766572696679222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b2270726f74656374696f6e223a317d2c226576656e74223a223330222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d6572732e656d61696c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3338313034395a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 30, 31, '\x7b22616374696f6e223a227365745f70726f7465637465645f6669656c64222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b22636970686572746578745f636f6c756d6e223a22656d61696c222c22696e6465785f75756964223a2265633966373466372d643936312d346432612d626538642d393238373862303231333961222c226b65795f73636f7065223a22636f6c756d6e222c226e6578745f746f6b656e5f636f6c756d6e223a6e756c6c2c2274656e616e745f636f6c756d6e223a6e756c6c2c22746f6b656e5f636f6c756d6e223a22656d61696c5f746f6b656e222c2276616c75655f74797065223a2274657874227d2c226576656e74223a223331222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d6572732e656d61696c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3339303731315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 31, 32, '\x7b22616374696f6e223a226372656174655f70726f7465637465645f76696577222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b22656e746974795f7461626c65223a227075626c69632e637573746f6d657273222c2273687265646465645f61735f6e756c6c223a66616c73657d2c226576656e74223a223332222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d657273222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3339343533315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 32, 33, '\x7b22616374696f6e223a2270726f746563745f6375745f6f766572222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b2270726f74656374696f6e223a312c22776179223a2276696577227d2c226576656e74223a223333222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d6572732e656d61696c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3339343832385a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 33, 34, '\x7b22616374696f6e223a2270726f746563745f636f6e7472616374222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b2270726f74656374696f6e223a317d2c226576656e74223a223334222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d6572732e656d61696c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3339373332315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 34, 35, '\x7b22616374696f6e223a227365745f70726f7465637465645f6669656c64222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b22636970686572746578745f636f6c756d6e223a2270686f6e655f656e63727970746564222c22696e6465785f75756964223a6e756c6c2c226b65795f73636f7065223a22636f6c756d6e222c226e6578745f746f6b656e5f636f6c756d6e223a6e756c6c2c2274656e616e745f636f6c756d6e223a6e756c6c2c22746f6b656e5f636f6c756d6e223a6e756c6c2c2276616c75655f74797065223a2274657874227d2c226576656e74223a223335222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e737570706c696572732e70686f6e65222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3430373933375a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 35, 36, '\x7b22616374696f6e223a2270726f746563745f657870616e64222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b65795f73636f7065223a22636f6c756d6e222c2270726f74656374696f6e223a322c22736561726368223a6e756c6c2c2273686f776e5f6279223a22636f6c756d6e227d2c226576656e74223a223336222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e737570706c696572732e70686f6e65222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3430383138385a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 36, 37, '\x7b22616374696f6e223a2270726f746563745f766572696679222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b2270726f74656374696f6e223a327d2c226576656e74223a223337222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e737570706c696572732e70686f6e65222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33362e3431343033315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 37, 38, '\x7b22616374696f6e223a22636865636b5f726573746f7265222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b227461626c6573223a5b22616c676f726974686d5f7374617475736573222c2261756469745f6576656e7473222c2262696e64696e675f67656e65726174696f6e73222c22626c696e645f696e6465786573222c22656e6372797074696f6e5f62696e64696e6773222c22656e6372797074696f6e5f706f6c6963696573222c22656e746974696573222c22656e746974795f6669656c6473222c226669656c645f6772616e7473222c22666f726d65725f7772617073222c226b65795f777261707065725f6c6179657273222c226b65795f7772617070657273222c226b6d735f6b657973222c226b6d735f70726f766964657273222c22706f6c6963795f6b6d735f6b657973222c2270726f7465637465645f6669656c6473222c2270726f7465637465645f7669657773222c2270726f74656374696f6e73222c227265777261705f6a6f6273222c2273657474696e6773222c2273687265645f7265636569707473225d7d2c226576656e74223a223338222c22696e6361726e6174696f6e223a302c226f626a656374223a226b77222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3033323535345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 38, 39, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b7d2c226576656e74223a223339222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e70656f706c65222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3033393432375a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 39, 40, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b7d2c226576656e74223a223430222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e746f6b656e73222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3033393932335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 40, 41, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b7d2c226576656e74223a223431222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e6e6f746573222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3034303230395a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 41, 42, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b7d2c226576656e74223a223432222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e5c224f64642e4e616d65735c22222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3034303734315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 42, 43, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b7d2c226576656e74223a223433222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e6d6f766564222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3034303935365a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 43, 44, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b7d2c226576656e74223a223434222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e637573746f6d657273222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3034313134345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 44, 45, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b7d2c226576656e74223a223435222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e737570706c69657273222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3034313332355a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 45, 46, '\x7b22616374696f6e223a226372656174655f7369676e696e675f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b22616374697661746564223a747275652c22616c676f726974686d223a2245643235353139222c226b6579223a312c2273636f7065223a226170706c69636174696f6e3a6f7264657273227d2c226576656e74223a223436222c22696e6361726e6174696f6e223a302c226f626a656374223a22617070222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3036313134365a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 46, 47, '\x7b22616374696f6e223a226372656174655f6465706c6f796d656e74222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b2277726170706572223a2234386235623933372d613137332d343936632d386663342d303064636164313261616338227d2c226576656e74223a223437222c22696e6361726e6174696f6e223a302c226f626a656374223a226465706c6f796d656e742038383262636462382d373866652d346463342d396463612d666530643031386436306436222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3037323130355a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 47, 48, '\x7b22616374696f6e223a227365616c5f726f7773222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b7d2c226576656e74223a223438222c22696e6361726e6174696f6e223a302c226f626a656374223a2231323220726f7773222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3039333836315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 48, 49, '\x7b22616374696f6e223a227365616c5f6465706c6f796d656e74222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b2264657374726f796564223a302c226b65795f6e6f223a317d2c226576656e74223a223439222c22696e6361726e6174696f6e223a302c226f626a656374223a226465706c6f796d656e742038383262636462382d373866652d346463342d396463612d666530643031386436306436222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3039383338325a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 49, 50, '\x7b22616374696f6e223a226372656174655f7369676e696e675f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b22616374697661746564223a747275652c22616c676f726974686d223a2245643235353139222c226b6579223a312c2273636f7065223a226c6f67227d2c226576656e74223a223530222c22696e6361726e6174696f6e223a302c226f626a656374223a226c6f67222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3039393937375a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 50, 51, '\x7b22616374696f6e223a226372656174655f6c6f67222c226368616e6765735f726f6f74223a2234396433346336303837623039336532386134663866363332353166383561626364653036363862626562646132646361353039666631373165313337623263222c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226b657973223a5b2264622e6578616d706c652e636f6d2f6b77746f6f6c732f38383262636462382d373866652d346463342d396463612d6665306430313864363064362f302b66363031393631382b4162432f382f4c512b6b4b7154464c7850423578694776495a757a5035414434662f5039546d5a317a717035225d7d2c226576656e74223a223531222c22696e6361726e6174696f6e223a302c226f626a656374223a2264622e6578616d706c652e636f6d2f6b77746f6f6c732f38383262636462382d373866652d346463342d396463612d6665306430313864363064362f30222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3130393634395a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 51, 52, '\x7b22616374696f6e223a227374617465222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226275636b657473223a36322c22726f6f74223a2236356530353330306364396163323938626139346636633535623434633234393637383561386264356365613339633831633736343038653363613864663264227d2c226576656e74223a223532222c22696e6361726e6174696f6e223a302c226f626a656374223a2264622e6578616d706c652e636f6d2f6b77746f6f6c732f38383262636462382d373866652d346463342d396463612d6665306430313864363064362f30222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3132303635385a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 52, 53, '\x7b22616374696f6e223a227365745f726561645f6175646974222c226368616e6765735f726f6f74223a2230303262393238623033303830623239306137623637363938346532323635653539623665306363336234336265323864623533653737363265633132663063222c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b227265616473223a2273746174656d656e7473227d2c226576656e74223a223533222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e6d6f7665642e66222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3132353930345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 53, 54, '\x7b22616374696f6e223a227374617465222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2238383262636462382d373866652d346463342d396463612d666530643031386436306436222c2264657461696c73223a7b226275636b657473223a36332c22726f6f74223a2261303838393332353966316239366464623935663937636132366566373533356536383365616439326337396633333037353330646465323533646663623833227d2c226576656e74223a223534222c22696e6361726e6174696f6e223a302c226f626a656374223a2264622e6578616d706c652e636f6d2f6b77746f6f6c732f38383262636462382d373866652d346463342d396463612d6665306430313864363064362f30222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431393a34363a33372e3133323930305a222c2276657273696f6e223a317d');


--
-- Data for Name: log_tiles; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.log_tiles VALUES (1, 0, 0, '\xe9457e2abe4b48a04bf2a9feef205da4ff89e3689487daaf4d46f44b6a0e1d182138174f450c01e2e3d8cd3786fcc1d94ffe65826ce991200552c70b19530191f43752453191e177dda9158181d262f1e14208961ef16a757447afd8dba7669abea2928815ccf1bf92e824ae4b115dd934d67cf35205ffce598dfb01af238ad599ab60333ef340b553efbc251315d0cbc1055bfff8d0dd7a7483729baede78b9dfdafdd66293948e566bc4f7f28dd94340a9be681a53d30f7d4cf099effe97da714e534bd91c0a3c5f6eced7aa91f2afcdaa1508767aebd1a594566417f1f8aec6802b8cffec53110893ac2e3a11d1ac7cda9fec921b70959ef65f696dbb65fcbf4c254440f3b35e1914bf08784cfe8def627e116c523452d60035a733ee51b3983beb39134cc9ff3f0b8ccf8b6739c060e5813656b114626b54ddef633859f3ed366fb4b335ba52d850575db26c431837aa16e9c87c5c3d3a9ff2ac1666291405fa3e8911e9fe6d4cdf52acab16c53fa2eddad0132ed0f3dbe4124e965c1107f92ef265f6811e93282f8e6968ab6ea3cb95cf74019a95100709ccab385931f4dc7c782327741f256d349ec36c52f88cac6fe4cfd467bbc6457d61baee937c4e82147d56cececcc16f2b770f5c91c02f38dfc2403142f01e920e1b3cfb5fa808aff8542ad92442791573f66c9c21bcb850e8abb58326374da8ceda8f3a903d51fb2027457609d261f2ae000364fd199d3cab4d0040c51e6db7a5d66d8c1c48dc339b0a3dfdcf7fce1f82b05278a244b340e2b870af3a2cb82883fcad29bb973c36232c3b134276fb14d58c86c231861ee51797aa4c06f831047c066fdbf501775d0b226a0972831ffd033dd4140d1a6099bdb56d15ea5ec70bdbf1e430a84886c632aa8593b2959df8f7d28f7fa066931b54eacd2abbae4ca8d977893bebdee23ff6fc9cebc3fc40186e0d6e13538fc2be882c00c03eeca1f7455c17e691df97d1c004a60a78d1330109dc66bc22d234350936dc0754084207df9a46837187acdc36c315e58920bb4126cbf26ee82d4fd0fd90a0e4ece7a7cb064929032404cbffbce8451b29976ff3f9a83faabe9ca302699ea3a5eab79c95bb165faca8d78b6f1d112a9eee8412b2a1acd690ccb2a2c3f5c7d1e6606055d717a7df1bd4167a1693d9c80d5a75835807c97038bc2bcd781f063bed51c56162082fc3f617a40420b75ca9ff8d2be9258d970be82a7ec5fbe94c7da718e7881b2096303c07e491653b236655fa5525e88b6e70a70bc00f7d2a7a515b5955720bd6756f0f46fe2ee70c750363a7c85c7d99b1c0f718d0be86bdb85498e2de959871b2faac83ea2e28aef88c705c9c2653457179d7fa1e9c201282dfef62fd013d3f69304a6cad5bf3a5158c32cec625ad556e751e3cf4b486d83ecf6fa0123a6ea5a2d33d46456db6b5515bf62baf2512a877da38b08b92e53780bb4976cb7a7cf23fb252e33df1c7f2e162ac714e6bfdc1ce9ec27268a7cb7061165602640b8f3bc1f917a8b4c743ba8cb20998a36e14d16a97cd0aaa3321afaccd93631fb927fb48ab622fa2ab40936cd42dfdd4d50372425dfcdf3926961735aa4819f5e4deb4fec3febf2562252728e9fcdca2caa244fc385436fe97ec7d054458b13bf204d7777694a046d63beba2efa6075b23731aa41d418ecbc5ac075c21a132f53d797c0bf7042d619c9dfa3fc0b7504e20ec6d21b35db76e6d4f22fd29826559c44866a6c91fe00e6e446f1d91cb53cdccf8b42c35bb115c563c9a4a70f7cfc05a685726c935a10a0500076e31e0fcdcf99f4895d19f319865d29de561244c4cfd2e4b6fe9bf8efb156f0f816a5c3bdb3d4cf1c8e978edacb8fee7a2eeac1abd4dc389bf150750d845841ce76160739a8ede39a6f93d415a69e158271bea42a680bab079ac4a71f396cd6c43daa80be771c3c06bf97385a1fe7aebbb071dcc4402fa4e1e1b70c54704aa3ea6e50504b3d8108db60e39974f3f662c38f5ee0e566eb2fb35b23f5b600b84b12d172ec3837e5127771a68ee92d180ec2a1dea66436b2e3486bade6cb321670d57fa12fbdef7914ec340089b30a30fa7037d3a2ed9ede5e9767a33d05855ad7f5aacf2da8f60e3227d0f300d5abcf3e8af3f7cb065cf0926298ff3568ec3f0f5007b93b1714063c68c3b863c9503e561b3899f73662ce04a2614a2441a7ff51c9b2ca80de32530751848b389dea4bbbb005eb7f5e17d25ef530a6939ccfc427a60d8d2d91ad0b4c81bb7efe4d41f01b6e1c3337db3d17170ad5fc4b9716cd0806ca44ed448fb7c0b5aa29d0760282a71d614be97acabd012e80c2299f0dba46ec5fd769f90209e041607eeebd68b5468c0f44e5fef14fd47bdb5c144b5f4b3fb9f75fca1363bb1b01061256389cf581cd6d71cd1273cb67164727c8f47d0');


--
-- Data for Name: policy_kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.policy_kms_keys VALUES (1, 1, 1, 2, '2026-11-27 19:46:35.947148+00', '2026-11-27 19:46:35.947148+00', 15, '\x000000012e9f3e7ad4d0e65d11d133b4a7e4e89c');
INSERT INTO kw.policy_kms_keys VALUES (1, 2, 1, 1, '2026-11-27 19:46:35.947148+00', '2026-11-27 19:46:35.947148+00', 16, '\x000000014762e3b83536c048afe6e23614d3116b');
INSERT INTO kw.policy_kms_keys VALUES (2, 1, 1, 2, '2026-11-27 19:46:36.05723+00', '2026-11-27 19:46:36.05723+00', 17, '\x00000001adc82806a663c1633db5dccae0a9994b');
INSERT INTO kw.policy_kms_keys VALUES (2, 2, 1, 1, '2026-11-27 19:46:36.05723+00', '2026-11-27 19:46:36.05723+00', 18, '\x00000001ff20af41e866cda482a47aad907d182b');
INSERT INTO kw.policy_kms_keys VALUES (3, 1, 1, 1, '2026-11-27 19:46:36.060074+00', '2026-11-27 19:46:36.060074+00', 19, '\x000000016c642d96f679c3c5632f03f60b6ff639');
INSERT INTO kw.policy_kms_keys VALUES (4, 3, 1, 1, '2026-11-27 19:46:36.067476+00', '2026-11-27 19:46:36.067476+00', 20, '\x000000011ac71d181839cceb4d0277f02f99d084');
INSERT INTO kw.policy_kms_keys VALUES (5, 1, 1, 2, '2026-11-27 19:46:36.146209+00', '2026-11-27 19:46:36.146209+00', 21, '\x000000012928e29083d1a076244c3433cc34d1b9');
INSERT INTO kw.policy_kms_keys VALUES (5, 2, 1, 1, '2026-11-27 19:46:36.146209+00', '2026-11-27 19:46:36.146209+00', 22, '\x00000001430ad2a41e2e00fb7e36b6348b8632c3');
INSERT INTO kw.policy_kms_keys VALUES (5, 4, 1, 1, '2026-11-27 19:46:36.146209+00', '2026-11-27 19:46:36.146209+00', 23, '\x00000001d05cc86f45d051bf45b6abdfcea0e16e');
INSERT INTO kw.policy_kms_keys VALUES (6, 1, 1, 1, '2026-11-27 19:46:36.188327+00', '2026-11-27 19:46:36.188327+00', 24, '\x0000000189a9266629f2645365d86869e8ad61da');


--
-- Data for Name: protected_fields; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.protected_fields VALUES ('ee060fb4-b333-4501-afb6-78b5fa19d339', 'public.suppliers', 'phone', 'text', 'column', 'phone_encrypted', NULL, NULL, NULL, NULL, '2026-11-27 19:46:36.400739+00', 44, '\x00000001d96d8318bb40bbdbd4974ef23cddcf95');
INSERT INTO kw.protected_fields VALUES ('f4d1389b-aaf8-4fd4-bb2e-e04924e2e61b', 'public.customers', 'email', 'text', 'column', 'email', 'email_token', 'ec9f74f7-d961-4d2a-be8d-92878b02139a', NULL, NULL, '2026-11-27 19:46:36.25362+00', 45, '\x000000018689ac181321cf24f8812535f4f915dd');


--
-- Data for Name: protected_views; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.protected_views VALUES ('public.customers', 'public.customers', false, NULL, '2026-11-27 19:46:36.383894+00');


--
-- Data for Name: protections; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.protections VALUES (1, 'public.customers', 'email', 'contracted', 'column', 'text', 'view', 'equality', 'email_encrypted', 'email_plaintext', 'email_token', 'ec9f74f7-d961-4d2a-be8d-92878b02139a', 'customers_protected', NULL, true, NULL, NULL, 2, 2, 0, '{}', 1037, NULL, NULL, '2026-11-27 19:46:36.351166+00', '2026-11-27 19:46:36.397187+00');
INSERT INTO kw.protections VALUES (2, 'public.suppliers', 'phone', 'verified', 'column', 'text', 'column', NULL, 'phone_encrypted', 'phone_plaintext', NULL, NULL, NULL, NULL, false, NULL, NULL, 1, 2, 0, '{}', 1144, NULL, NULL, '2026-11-27 19:46:36.405345+00', '2026-11-27 19:46:36.413878+00');


--
-- Data for Name: rewrap_jobs; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.rewrap_jobs VALUES (2, 14, 2, NULL, NULL, '2026-11-27 19:46:36.214402+00', '2026-11-27 19:46:36.217394+00', 'done', 1, NULL, '2026-11-27 19:46:36.211229+00', 'rewrap', NULL, false, 11718, NULL);
INSERT INTO kw.rewrap_jobs VALUES (1, 13, 2, NULL, NULL, '2026-11-27 19:46:36.214402+00', '2026-11-27 19:46:36.218458+00', 'done', 1, NULL, '2026-11-27 19:46:36.211229+00', 'rewrap', NULL, false, 11718, NULL);
INSERT INTO kw.rewrap_jobs VALUES (3, 1, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (4, 1, NULL, NULL, NULL, '2026-11-27 19:46:36.222957+00', '2026-11-27 19:46:36.222957+00', 'done', 1, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (5, 3, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (6, 3, NULL, NULL, NULL, '2026-11-27 19:46:36.222957+00', '2026-11-27 19:46:36.222957+00', 'done', 1, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (7, 5, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (8, 5, NULL, NULL, NULL, '2026-11-27 19:46:36.222957+00', '2026-11-27 19:46:36.222957+00', 'done', 1, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (9, 6, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (10, 6, NULL, NULL, NULL, '2026-11-27 19:46:36.222957+00', '2026-11-27 19:46:36.222957+00', 'done', 1, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (11, 7, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (12, 7, NULL, NULL, NULL, '2026-11-27 19:46:36.222957+00', '2026-11-27 19:46:36.222957+00', 'done', 1, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (13, 8, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (14, 8, NULL, NULL, NULL, '2026-11-27 19:46:36.222957+00', '2026-11-27 19:46:36.222957+00', 'done', 1, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (15, 10, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (16, 10, NULL, NULL, NULL, '2026-11-27 19:46:36.222957+00', '2026-11-27 19:46:36.222957+00', 'done', 1, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (17, 11, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (18, 11, NULL, NULL, NULL, '2026-11-27 19:46:36.222957+00', '2026-11-27 19:46:36.222957+00', 'done', 1, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (19, 12, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (20, 12, NULL, NULL, NULL, '2026-11-27 19:46:36.222957+00', '2026-11-27 19:46:36.222957+00', 'done', 1, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (21, 14, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (22, 14, NULL, NULL, NULL, '2026-11-27 19:46:36.222957+00', '2026-11-27 19:46:36.222957+00', 'done', 1, NULL, '2026-11-27 19:46:36.222957+00', 'rewrap', NULL, false, NULL, NULL);


--
-- Data for Name: settings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.settings VALUES ('cache_seconds', 60, '2026-11-27 19:46:36.069644+00', 25, '\x000000014917d80a636bbb13e0d79972f635240f');


--
-- Data for Name: shred_receipts; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.shred_receipts VALUES (2, 'ec8cd018-47d0-420a-9d32-b67440763524', 4, 7734078947681039595, 1, 'public.people', '2', 'diagnosis', 'postgres', 'postgres', '2026-11-27 19:46:36.136639+00', '\xe86d64f056e00d21a12c6e3470e712b8b6155b6ed5f2b96015e917ccf3c9b0c6', 1);
INSERT INTO kw.shred_receipts VALUES (4, '2dfebcfd-78d7-43fa-8289-bf446f32fb62', 9, 2088279903507501059, 1, 'public.notes', '*', 'text', 'postgres', 'postgres', '2026-11-27 19:46:36.171623+00', '\xbb2f6e336e5950cab55cf310731083c0a44ac459a613b9597c6b0cc1e0df7d19', 3);
INSERT INTO kw.shred_receipts VALUES (6, '5711400f-b5d2-444f-83c2-c6f956cfdc4a', 15, 343336429846011798, 1, 'public.moved', '1', 'f', 'postgres', 'postgres', '2026-11-27 19:46:36.22224+00', '\xf3564c030ce3359008a9ba6972dfd38d4efe00e64fb5f9e7e611d4f89e162581', 5);


--
-- Data for Name: state_buckets; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.state_buckets VALUES (1, 0, '\xb9246cc73c6c46e4557a3cfecf60e1da1083a8a84b9ebe06d5e0183a4dd57280');
INSERT INTO kw.state_buckets VALUES (2, 1041, '\xcc51053b067e049a0c019ced300c97776d1c1281cad663d6e08701139352459b');
INSERT INTO kw.state_buckets VALUES (2, 2439, '\x4b9b018eee54392ff278b54aeb47404ad89bdf295b01dacd1acb8d1264ec9f1c');
INSERT INTO kw.state_buckets VALUES (2, 7182, '\x7c61eb1e01b792b3653e990ccb86386a98c378b2b4c82857e64a7e015204ca62');
INSERT INTO kw.state_buckets VALUES (2, 14011, '\x6fa7392590e9de8cefca50f2e7052a8593e7517024ed3d662474a81d263342b7');
INSERT INTO kw.state_buckets VALUES (2, 14838, '\x31f1a4cb81cdc3346a3ed07cdc9a5c571f4c8872c6dff69e3b6e5c07c259ef1a');
INSERT INTO kw.state_buckets VALUES (2, 19035, '\x07c1cd423b2411e1e57693afdd9ce9c1f981eaa69f22859f11ec0ae848333e22');
INSERT INTO kw.state_buckets VALUES (2, 20415, '\x9b92d9d90a3a5c6077233e24e830a5c379bc63e80a66d10a46ded92d5b1377c8');
INSERT INTO kw.state_buckets VALUES (2, 44871, '\x62432804fe4201a21418a2d13a282eeb4822db2bec9cb100f976ee8f75e8c42f');
INSERT INTO kw.state_buckets VALUES (2, 54446, '\xf4df330bd61fee936db98b3c67d012479356e8234bcc6331916479274f5c361f');
INSERT INTO kw.state_buckets VALUES (2, 54953, '\x257aa2d2bf0b6c10984e62593783ff32a794fa1edfc03c5955077452be20ed3b');
INSERT INTO kw.state_buckets VALUES (2, 58520, '\xdc10a455594410913f3ab94881738252244b69efb82d94a67b5707c1df1ce47f');
INSERT INTO kw.state_buckets VALUES (2, 62404, '\xe3bc8ede2e9e3a8f5bfccd0a27110cd21f33cd088d294f070dbf352e5dc2fa2f');
INSERT INTO kw.state_buckets VALUES (2, 64841, '\x139520e1ed82226e8248e2818f30ef3ba7ce9c619fc19d6c35d44e0fa8967da0');
INSERT INTO kw.state_buckets VALUES (3, 14011, '\x41400e12c100920f5cb03d3fb1a3f2ccd48a159b6b8d0358c0d59f510026b2d5');
INSERT INTO kw.state_buckets VALUES (3, 19035, '\x4513e9e36e917ed144647d579c7b968aa40133eaa5c5ae35eca3fd32451f6892');
INSERT INTO kw.state_buckets VALUES (4, 107, '\x5b83193ad69fd3562e3992d51f0a79149ef5463e0671d0ad771d103e412396db');
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
INSERT INTO kw.state_buckets VALUES (12, 212, '\x3f634467fc66dc8ba800bb070ffa554b4fd9625b2f7a78d4df17e5173f04c0ff');
INSERT INTO kw.state_buckets VALUES (13, 12, '\x4024f9be7f59209f439a6a1d262a3b34d941c0f8a6401b0f857edc36813121fe');
INSERT INTO kw.state_buckets VALUES (13, 114, '\x6bb6a41a3a540dfe257c81217c768f776dffd605800d29de8715bac193a4aad9');
INSERT INTO kw.state_buckets VALUES (13, 138, '\x5fe08861957317f9485045821430b8aec7593b585f08c22f3cd45e49a438c84d');
INSERT INTO kw.state_buckets VALUES (13, 167, '\x2bfc57bcaccac3438922e400f77bb11ee12d880e1a87f816ae691b7d3aeceb4d');
INSERT INTO kw.state_buckets VALUES (13, 175, '\x0ed6b131c78a93390c12c54d3e5522ac1ab1de21c36cda6cb1c45050ff2a452f');
INSERT INTO kw.state_buckets VALUES (13, 206, '\x45479294f4f9aefc3948471df40847cb40dc05bf05f0fe2a99454fef77f36686');
INSERT INTO kw.state_buckets VALUES (13, 223, '\x5b84899024be4545a67cc0e9ce46b20cca9b458bad9e5a32ed114cb54c501209');
INSERT INTO kw.state_buckets VALUES (13, 251, '\xb5633b3a13c85be6bcaa2266fc41f8d4193d66c4421df007de486db0acea495a');
INSERT INTO kw.state_buckets VALUES (14, 53, '\xa7f8dd00ec842e941525229d53de5a24a8f605a182d0c09300ef5a2e79e98922');
INSERT INTO kw.state_buckets VALUES (14, 60, '\xacdc3ba98a8cdf522951ea0269daeefe1f09f6e760b165e98f6fd88afe7e3e66');
INSERT INTO kw.state_buckets VALUES (14, 108, '\xa375f444c0586d7248c86cb831355d8035c668a01e20042fa4d9cbbe742a77ec');
INSERT INTO kw.state_buckets VALUES (14, 173, '\xdb867bad986bea77e2b88139b8f242210d9412df92c45f2096f40f296e09d0e1');
INSERT INTO kw.state_buckets VALUES (14, 175, '\xe319f81114576ceb48567d5325828768ac5228ef06e3d25e06b7c381a37f9266');
INSERT INTO kw.state_buckets VALUES (14, 221, '\xb9ac880547a766e6662d50ffc5f2b1fdd3d77fa015fa8caf4863b76ecb3aa1d7');
INSERT INTO kw.state_buckets VALUES (15, 210, '\x84ba17960db1dfbd05a5efe8cfee6995e0ee9a47e5a0cfb33da7ec211ca1cf9f');
INSERT INTO kw.state_buckets VALUES (17, 217, '\x5bfcde06015f062b3e181b9f82ebd0318edf1ae08304974dd5f9f289a1a77974');
INSERT INTO kw.state_buckets VALUES (18, 82, '\x26b3acac823e751cc07c3194dca78b8c7be7c6e553b254454ee485e1fb51af0a');
INSERT INTO kw.state_buckets VALUES (19, 49, '\xa9f712af0dbb5380f3fbb62c3196d0823ddb1b9fae002558c0ddd3460b54124e');
INSERT INTO kw.state_buckets VALUES (19, 186, '\xf54cb978b3c248f04d89e854ae13413e2be957338801864176937662fa9cfcc0');
INSERT INTO kw.state_buckets VALUES (14, 199, '\x3b9701a660572ef20c0ef649582fd1f6fda35eceabdc4ff12b094d304fcad09f');


--
-- Data for Name: Odd.Names; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public."Odd.Names" VALUES (1, '\xc20279e2570c98fd783300000001e497c35bf7849b34ec26a78afdd4f7e258c4d06157b66accaaf717df3d6075cef17fc43e9b8656b3e0e416cb3671');


--
-- Data for Name: customers_protected; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.customers_protected VALUES (1, 'uno', '\xc2026a5765a113b6141000000001993681615d639eaedaa7ef163a56990bcc404f4ab45aa6f23e25f33d9f836bd4c850c854b6cb71564b29986fad2ea40dc5f5d04507b7e2', '\xb2000000010e0d5687f8c9e63c06a5511dd51e73b3');
INSERT INTO public.customers_protected VALUES (2, NULL, '\xc2026a5765a113b6141000000001993681615d639eaedaa7ef163a56990bcc404f4ab45aa6f3d68ec9d70bf0a7f585a4339aba72bdbf59f06999d7e2f83cb259c4eeca2c33', '\xb200000001b60061dc69edf3d6b3d335e998ef3848');


--
-- Data for Name: moved; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.moved VALUES (1, '\xc2021b5ddcde3ef408ee00000002228bd1292cea4c5f221847584e04fd1ee4a0e3a75b74b5ae6dec11b9a9e60a3cc0225925e65f291dddd4068330');


--
-- Data for Name: notes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notes VALUES (1, '\xc2021cfb0f821026d003000000019e5367b49e241a6d079e485a2d226c839866811250df568cf060c4870ea9e05803a3875ee50a393938dffb28');


--
-- Data for Name: people; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.people VALUES (1, '\xc202252df644d5e18b16000000011cf46a965bfa118be0d054879d99a79ac041fc706b3f5b59c90d15c6c61a411eb0c82a7ae721c49548a821', '\xc2027ea4b5a405103e31000000015fd9bfe5870f6b0d9db90c106d035e0233cc713a6f4a0643ff1c2114d854e0df4a5ec1853885ae8c8de9c4');
INSERT INTO public.people VALUES (2, '\xc202252df644d5e18b1600000001beb4933953b91dc328806f22f4db7f3ec2b32fdfe6c7f6d76c481c5cb9196215522ece94007fc574cba87e', '\xc2016b54f7d3755af4eb00000001b7142feaf1b947d2b333763b493f9eb4c96f0c95a91d32798a917f26844ee5');
INSERT INTO public.people VALUES (3, '\xc202252df644d5e18b16000000021b7a23905ad32973a09991dd99477f69cb9be146bded87666c0e3b3c0ff78eadc97addb68e0a778b040f900045', '\xc2027ea4b5a405103e3100000001d49de6747cbe6d1db478bae0b16a35dac806a131cb621f3c6f7b04b186ba63a7bab7a235fde3103aca842d');


--
-- Data for Name: suppliers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.suppliers VALUES (2, NULL, NULL);
INSERT INTO public.suppliers VALUES (1, '+49 30 1', '\xc20227dfe174cad64f5300000001b6a44f7d5f51cfa24136c748d1ab45358e2b072e0826f20eb277e15d5d7e80f6bd7f4b10e6a78e00093a931d802b434d');


--
-- Data for Name: tokens; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tokens VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\xc2010e0747bacb93d2fa0000000118364ceff076140108436875d34b6c1d2ec3659403bb00d6bfb676bd5c41079a38', '\xc20257a3841da6220ff5000000014c030e85a33c260c2e368c162a8524834349fe7a5cb872f2e11009548b1a9e3b7b1e8487377789da6bd46938cd2a7ae0c2594da856066ba36a78');


--
-- Name: audit_events_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.audit_events_id_seq', 54, true);


--
-- Name: change_numbers; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.change_numbers', 82, true);


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

CREATE TRIGGER kw_begin BEFORE INSERT OR DELETE OR UPDATE ON public.customers FOR EACH STATEMENT EXECUTE FUNCTION kw._begin_view('["public.customers", "public.customers_protected", ["id"], [["id", "id", null, "bigint", "column", null, false, false, 1, null, null, false], ["email", "email", "email", "text", "column", "\"email_token\"", false, false, 4, null, null, false], ["note", "note", null, "text", "column", null, false, true, 3, null, null, false], ["email_token", "email_token", null, "bytea", "column", null, true, true, 5, null, null, true]], false, 17716]');


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

