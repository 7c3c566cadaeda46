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

INSERT INTO kw.algorithm_statuses VALUES (4, 'deprecated', '2026-11-27 13:31:34.499771+00', 26, '\x00000001737ffd21e473af3829bd413c9e35fc37');


--
-- Data for Name: audit_events; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.audit_events VALUES (1, '2026-11-27 13:31:34.244796+00', 'postgres', 'postgres', 'add_provider', 'local', '{"kind": "local"}', NULL, '\x0000000171308bc7acd651ed36968049d6f19a48', 1, 0);
INSERT INTO kw.audit_events VALUES (2, '2026-11-27 13:31:34.252302+00', 'postgres', 'postgres', 'add_kms_key', 'key 1', '{"ref": "0.8.0-1", "provider": "local"}', NULL, '\x000000010dfedeb991157f52c703eaa47c3e10f0', 1, 1);
INSERT INTO kw.audit_events VALUES (3, '2026-11-27 13:31:34.260818+00', 'postgres', 'postgres', 'add_kms_key', 'key 2', '{"ref": "0.8.0-2", "provider": "local"}', NULL, '\x0000000120eca65811b0c82d7ebfe218cbe1759a', 1, 2);
INSERT INTO kw.audit_events VALUES (4, '2026-11-27 13:31:34.263922+00', 'postgres', 'postgres', 'create_policy', 'default', '{"keys": [1, 2], "mode": "either", "layers": []}', NULL, '\x00000001c2057388cd4d39c4938847f218cdae3c', 1, 3);
INSERT INTO kw.audit_events VALUES (5, '2026-11-27 13:31:34.389925+00', 'postgres', 'postgres', 'add_provider', 'branches', '{"kind": "wrapper"}', NULL, '\x000000012656bb4b0486157502a7474789d1ee5f', 1, 4);
INSERT INTO kw.audit_events VALUES (6, '2026-11-27 13:31:34.392616+00', 'postgres', 'postgres', 'create_policy', 'both', '{"keys": [1, 2], "mode": "both", "layers": []}', NULL, '\x0000000197b0892bbdd487038b98e651cf8bd297', 1, 5);
INSERT INTO kw.audit_events VALUES (7, '2026-11-27 13:31:34.393181+00', 'postgres', 'postgres', 'create_policy', 'single', '{"keys": [1], "mode": "single", "layers": []}', NULL, '\x000000017b163f978df1995b3a415d667fe99769', 1, 6);
INSERT INTO kw.audit_events VALUES (8, '2026-11-27 13:31:34.399507+00', 'postgres', 'postgres', 'add_kms_key', 'key 3', '{"ref": "4bf704b2-f220-4ca5-856b-2280d9611a78", "provider": "branches"}', NULL, '\x00000001ada04f26996f8aeee3d2330c9f4583d7', 1, 7);
INSERT INTO kw.audit_events VALUES (9, '2026-11-27 13:31:34.401431+00', 'postgres', 'postgres', 'create_policy', 'branch', '{"keys": [3], "mode": "single", "layers": []}', NULL, '\x000000012ed9aaf40004ef2743a4f271b01f2533', 1, 8);
INSERT INTO kw.audit_events VALUES (10, '2026-11-27 13:31:34.402698+00', 'postgres', 'postgres', 'set_setting', 'cache_seconds', '{"value": 60}', NULL, '\x000000010a029afb9e7bf160f65b4ab14911dc43', 1, 9);
INSERT INTO kw.audit_events VALUES (11, '2026-11-27 13:31:34.45936+00', 'postgres', 'postgres', 'rewrap', 'wrapper 6eaf44ac-a311-43cc-b655-42290ab04de8', '{"kms1": null, "kms2": null, "version": 2}', NULL, '\x00000001fe063e29c759bb9bdb1dd1ba1de5cdc3', 1, 10);
INSERT INTO kw.audit_events VALUES (21, '2026-11-27 13:31:34.503847+00', 'postgres', 'postgres', 'set_policy_renewal', 'policy both', '{"max_wrap_age": "1 year", "renews_one_leg": true}', NULL, '\x00000001eaed8939e58b5ef4a4391a466ec1c57e', 1, 20);
INSERT INTO kw.audit_events VALUES (22, '2026-11-27 13:31:34.504352+00', 'postgres', 'postgres', 'create_policy', 'leaving', '{"keys": [1], "mode": "single", "layers": []}', NULL, '\x00000001e7a7c2f0e5826ec6fb1a5939d3eb9eb7', 1, 21);
INSERT INTO kw.audit_events VALUES (23, '2026-11-27 13:31:34.521472+00', 'postgres', 'postgres', 'retire_generations', 'public.moved.f', '{"wrappers": 1}', NULL, '\x00000001a2f170035d2e36d36d79ad21b16e43b6', 1, 22);
INSERT INTO kw.audit_events VALUES (25, '2026-11-27 13:31:34.528554+00', 'postgres', 'postgres', 'run_rewrap_jobs', '2 wrappers', '{"done": 2}', NULL, '\x0000000149cf5040193a7f4aca1fb60e9a9aa8f8', 1, 24);
INSERT INTO kw.audit_events VALUES (12, '2026-11-27 13:31:34.460266+00', 'postgres', 'postgres', 'rewrap', 'wrapper b0863c6c-b4d2-4182-8e09-50325bd3604e', '{"kms1": null, "kms2": null, "version": 2}', NULL, '\x0000000159dc2c0064714a82fd14520d57887bdd', 1, 11);
INSERT INTO kw.audit_events VALUES (13, '2026-11-27 13:31:34.461053+00', 'postgres', 'postgres', 'rewrap', 'wrapper f2469037-64dc-4569-8758-72988aa34f61', '{"kms1": null, "kms2": null, "version": 2}', NULL, '\x00000001796080fb8e1f9add0cc342c637e53a3e', 1, 12);
INSERT INTO kw.audit_events VALUES (14, '2026-11-27 13:31:34.46175+00', 'postgres', 'postgres', 'rewrap', 'wrapper 30b6eb73-6d33-4295-bbeb-933aa205d7ce', '{"kms1": null, "kms2": null, "version": 2}', NULL, '\x0000000161161f285b5c0c046c21166fd4de1d8a', 1, 13);
INSERT INTO kw.audit_events VALUES (15, '2026-11-27 13:31:34.467196+00', 'postgres', 'postgres', 'shred', 'public.people.diagnosis of key ''2''', '{"left": 0, "batch": 1, "beneath": 0, "wrappers": 1, "destroyed_root": "a9d779184c82799ebabf7cbd70b97fc4d20ff50180a3d303e46448cf3e6a4fff"}', NULL, '\x000000017de7dd8c98f7d8b163944f37e6678f8c', 1, 14);
INSERT INTO kw.audit_events VALUES (16, '2026-11-27 13:31:34.468933+00', 'postgres', 'postgres', 'grant_field', 'public.people.ssn', '{"grantee": "pg_monitor", "may_read": true, "may_write": false}', NULL, '\x00000001fc235b0b02126c658f02b7e8302a19c9', 1, 15);
INSERT INTO kw.audit_events VALUES (17, '2026-11-27 13:31:34.47355+00', 'postgres', 'postgres', 'add_kms_key', 'key 4', '{"ref": "0.8.0-pq", "provider": "local"}', NULL, '\x00000001e0f23b91bc10fcdedf1f08e3143ca10c', 1, 16);
INSERT INTO kw.audit_events VALUES (18, '2026-11-27 13:31:34.474398+00', 'postgres', 'postgres', 'create_policy', 'layered', '{"keys": [1, 2], "mode": "either", "layers": [4]}', NULL, '\x00000001286e1009ee0b1b7792426d6f1056d892', 1, 17);
INSERT INTO kw.audit_events VALUES (19, '2026-11-27 13:31:34.492223+00', 'postgres', 'postgres', 'shred', 'every row of public.notes.text', '{"left": 0, "batch": 3, "beneath": 0, "wrappers": 1, "destroyed_root": "2ad183e531f0eb2192ba8918a129ba3fbe9dce266a43436ad970300e18b144c4"}', NULL, '\x0000000117c8b95954329d3de1962792efa72272', 1, 18);
INSERT INTO kw.audit_events VALUES (20, '2026-11-27 13:31:34.500692+00', 'postgres', 'postgres', 'set_algorithm_status', 'ML-KEM-1024', '{"status": "deprecated"}', NULL, '\x00000001ab4269de8af2b216a2aea1fe57dacb4f', 1, 19);
INSERT INTO kw.audit_events VALUES (24, '2026-11-27 13:31:34.524503+00', 'postgres', 'postgres', 'schedule_rewrap', '2 wrappers', '{"policy": "leaving", "kms_key_id": 1, "new_kms_key_id": 2}', NULL, '\x000000017d0c34d767799b5014b62bb097a9c957', 1, 23);
INSERT INTO kw.audit_events VALUES (26, '2026-11-27 13:31:34.531933+00', 'postgres', 'postgres', 'shred', 'public.moved.f of 1 keys', '{"left": 0, "batch": 5, "count": 1, "first": ["1"], "beneath": 0, "wrappers": 1, "destroyed_root": "55d52cb8286b9974bd5e182c7fb32393994c45876456d5993e436d5c34f0ee94"}', NULL, '\x0000000153a29c1cf26f17366c2f55f5438dcd07', 1, 25);
INSERT INTO kw.audit_events VALUES (27, '2026-11-27 13:31:35.241053+00', 'postgres', 'postgres', 'check_restore', 'kw', '{"tables": ["algorithm_statuses", "audit_events", "binding_generations", "encryption_bindings", "encryption_policies", "entities", "entity_fields", "field_grants", "former_wraps", "key_wrapper_layers", "key_wrappers", "kms_keys", "kms_providers", "policy_kms_keys", "rewrap_jobs", "settings", "shred_receipts"]}', NULL, '\x00000001a582b5bd3039e884226d01ed3f4ca283', 1, 26);
INSERT INTO kw.audit_events VALUES (28, '2026-11-27 13:31:35.247384+00', 'postgres', 'postgres', 'reclaim_entity', 'public.people', '{}', NULL, '\x00000001562069e4cf3b45d205d6f7e60073c3a9', 1, 27);
INSERT INTO kw.audit_events VALUES (29, '2026-11-27 13:31:35.247776+00', 'postgres', 'postgres', 'reclaim_entity', 'public.tokens', '{}', NULL, '\x000000018e07d28491d505f16998522f8b42579e', 1, 28);
INSERT INTO kw.audit_events VALUES (30, '2026-11-27 13:31:35.248505+00', 'postgres', 'postgres', 'reclaim_entity', 'public.notes', '{}', NULL, '\x00000001e8c4033d74095a1509a512810f666768', 1, 29);
INSERT INTO kw.audit_events VALUES (31, '2026-11-27 13:31:35.248979+00', 'postgres', 'postgres', 'reclaim_entity', 'public."Odd.Names"', '{}', NULL, '\x000000015861c56d10ff0673bb7fdb7c7178681b', 1, 30);
INSERT INTO kw.audit_events VALUES (32, '2026-11-27 13:31:35.249165+00', 'postgres', 'postgres', 'reclaim_entity', 'public.moved', '{}', NULL, '\x000000010f905fbaa40104c0c5092c1eeb89978a', 1, 31);
INSERT INTO kw.audit_events VALUES (33, '2026-11-27 13:31:35.274313+00', 'postgres', 'postgres', 'create_signing_key', 'app', '{"key": 1, "scope": "application:orders", "activated": true, "algorithm": "Ed25519"}', NULL, '\x00000001cbea13ace1dfc325e4852ccc1058077a', 1, 32);
INSERT INTO kw.audit_events VALUES (34, '2026-11-27 13:31:35.284149+00', 'postgres', 'postgres', 'create_deployment', 'deployment cae0c191-254f-4f59-a99c-4bf984ddc286', '{"wrapper": "1cf0a928-285f-48de-a999-ba73b7f9717d"}', NULL, '\x00000001d5513833fd7494147895b4b6a42e0546', 1, 33);
INSERT INTO kw.audit_events VALUES (35, '2026-11-27 13:31:35.302854+00', 'postgres', 'postgres', 'seal_rows', '99 rows', '{}', NULL, '\x000000012a4df1d85958507fc41af1f69509880b', 1, 34);
INSERT INTO kw.audit_events VALUES (36, '2026-11-27 13:31:35.307064+00', 'postgres', 'postgres', 'seal_deployment', 'deployment cae0c191-254f-4f59-a99c-4bf984ddc286', '{"key_no": 1, "destroyed": 0}', NULL, '\x0000000132c6a56d5715ff8433a4a4e09fe43d3d', 1, 35);
INSERT INTO kw.audit_events VALUES (37, '2026-11-27 13:31:35.308568+00', 'postgres', 'postgres', 'create_signing_key', 'log', '{"key": 1, "scope": "log", "activated": true, "algorithm": "Ed25519"}', NULL, '\x00000001cdffb154818a09908c8c186ae1a21ef1', 1, 36);
INSERT INTO kw.audit_events VALUES (38, '2026-11-27 13:31:35.317944+00', 'postgres', 'postgres', 'create_log', 'db.example.com/kwtools/cae0c191-254f-4f59-a99c-4bf984ddc286/0', '{"keys": ["db.example.com/kwtools/cae0c191-254f-4f59-a99c-4bf984ddc286/0+c66bfdf3+AToOgPZRJxHvki0bMxjg9i4mUx6WbZB0CtSJxiGYSRop"]}', '\x11d939926f05444b0f0000000000000000000000000000000000000047', '\x00000001736aa89ea4b70ea5a5a9ea5f253c8a64', 1, 37);
INSERT INTO kw.audit_events VALUES (39, '2026-11-27 13:31:35.32733+00', 'postgres', 'postgres', 'state', 'db.example.com/kwtools/cae0c191-254f-4f59-a99c-4bf984ddc286/0', '{"root": "9a27b8cb8114d4eb391874f6748acafbbecaee5667080550b0b0208ea22541b1", "buckets": 55}', NULL, '\x00000001122d52ba48799b22f13976373216cb49', 1, 38);
INSERT INTO kw.audit_events VALUES (40, '2026-11-27 13:31:35.332029+00', 'postgres', 'postgres', 'set_read_audit', 'public.moved.f', '{"reads": "statements"}', '\x0e78818c75facda5ad0000000000000000000000000000000000000048', '\x00000001428d886be79e66e16b28d6afeeedbe2e', 1, 39);
INSERT INTO kw.audit_events VALUES (41, '2026-11-27 13:31:35.338153+00', 'postgres', 'postgres', 'state', 'db.example.com/kwtools/cae0c191-254f-4f59-a99c-4bf984ddc286/0', '{"root": "a11a73bc67189236cf24b40e2f8b25e1e553fbe959af3c36156c03056166b939", "buckets": 56}', NULL, '\x00000001ffb8b29cd36859afa9e6941c32370666', 1, 40);


--
-- Data for Name: encryption_policies; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_policies VALUES (1, 'default', 'either', 'defined', 0, 0, NULL, NULL, '2026-11-27 13:31:34.261207+00', false, NULL, false, 9, '\x0000000114f47d90a39686aff18ab8db5a408f8f');
INSERT INTO kw.encryption_policies VALUES (2, 'both', 'both', 'defined', 0, 0, NULL, NULL, '2026-11-27 13:31:34.390451+00', false, '1 year', true, 10, '\x000000015523d4d94406c990666cff24a53fc38a');
INSERT INTO kw.encryption_policies VALUES (3, 'single', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-27 13:31:34.392814+00', false, NULL, false, 11, '\x0000000173d24c12ea99b88d9788049956d280cc');
INSERT INTO kw.encryption_policies VALUES (4, 'branch', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-27 13:31:34.399762+00', false, NULL, false, 12, '\x000000016e56b14cabffa7d688bbee8828b071f1');
INSERT INTO kw.encryption_policies VALUES (5, 'layered', 'either', 'defined', 1, 1, NULL, NULL, '2026-11-27 13:31:34.473739+00', false, NULL, false, 13, '\x00000001186262c510292a4c8057369a491cd83b');
INSERT INTO kw.encryption_policies VALUES (6, 'leaving', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-27 13:31:34.504002+00', false, NULL, false, 14, '\x00000001867182f879a0183b91b79adca5ac145a');


--
-- Data for Name: kms_providers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_providers VALUES (1, 'local', 'local', '/var/lib/kwtools/keys', NULL, '{}', true, '2026-11-27 13:31:34.178244+00', NULL, 3, '\x00000001b0fcbdf07de0f4a0c5be8fd48acde231');
INSERT INTO kw.kms_providers VALUES (2, 'branches', 'wrapper', NULL, NULL, '{}', true, '2026-11-27 13:31:34.324121+00', NULL, 4, '\x0000000182075e69e548564e523b4b1271c07cf6');


--
-- Data for Name: kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_keys VALUES (1, '48f6f42a-9317-4304-829d-ae4607ae3f86', 1, '0.8.0-1', '7anG6Mdl-fkTPktrvnDpJ8ntbWsW4vu3CyuXgOEtXCs', 'wrap', 'AES-256-GCM', 'active', '2026-11-27 13:31:34.24562+00', NULL, '5f8aacc6-c819-4f96-9425-f231bdef89e2', '2026-11-27 13:31:34.24562+00', 5, '\x00000001b37babf05c0f00bfa96909928fa7db9f');
INSERT INTO kw.kms_keys VALUES (2, '0d19cd4e-6146-4b84-9458-758680fd87fe', 1, '0.8.0-2', 'soaBmRuJNDa6KE4LpK5a7yD7p0hydozqirsljBI_xfM', 'wrap', 'AES-256-GCM', 'active', '2026-11-27 13:31:34.252789+00', NULL, '1318443b-0eac-46ac-90bc-d8929e8bc7cc', '2026-11-27 13:31:34.252789+00', 6, '\x00000001b643d96cec6e5229f6a09756d35675f9');
INSERT INTO kw.kms_keys VALUES (3, '19954b4c-c4bd-46d5-aaae-6cbbe0469ef9', 2, '4bf704b2-f220-4ca5-856b-2280d9611a78', '4bf704b2-f220-4ca5-856b-2280d9611a78', 'wrap', 'AES-256-GCM', 'active', '2026-11-27 13:31:34.393314+00', NULL, '12605597-4c38-40b4-8e00-53bd5b5e3271', '2026-11-27 13:31:34.393314+00', 7, '\x000000015b65349208de44f8926cd63be79164be');
INSERT INTO kw.kms_keys VALUES (4, '983e308c-9f08-4a5f-93e8-5a4d341952bb', 1, '0.8.0-pq', 'Pb_jNTfIqDgt5z4Mt1xHNIVURX85hFq_h-sICjWUa1k', 'wrap', 'ML-KEM-768+X25519', 'active', '2026-11-27 13:31:34.46911+00', '\x73fc6d204398555a7db790a48ab4118344ce5748c0ca7c654578c98aeb8cd342768164854bb5b64e5081f2124f89ea7ed8832ce04c665bc0a4962a04c8a38b2e542f60da1ff3730e7f683d9da1b026bcac14cc28e034aa5fd94745c4be815b28c2db0c97c75a8fc62c71664e17d447271303d1d0555b81855e3ccce661aad365a0dac392d628b4ad24a5c60aa65685a8c72006da739526d77428f0a228b2a9e7f32b8b1105ad64a82e44cb2382aa9ee6004f3837bd292784e97064d1a5821ab389fa07b9663a7006c81acc33b8a93903b2089024c3d65392d8d2ab35560e24a4237dabc98498a76f54a7c70b0f95ea994723871da7a21f545050015f4f92019af302f0e302cef59608d254c0009965cc51468403e623bfde98202d98b5f92a5733a010504756c91470a094bc42b67309d1c87b299067442ce1fb9da18551c7b39cdc93930ed55626f23d95b582c441cbf4602192643cdfd639ff5728147a969c56448749402fe718b4ccc51b6048e7316be8ccaa92f492e703a76fc15b27496f168c4eb215324cc1312278868013651e14614f665a0c932ab4c4c58122579cd73dc3fa196123bc7e18874de81d49ea840f480966913143e5bd14b7cd735c7ffc1169dbd1bf5f6bc1c219b868ab64ce0b6eef3a44468acc2409799565270f16a28a70bae872cf57bb4dcae54531eb30d47920ece1721b0b743a187a263a06824b51a3b705750354ee5c6d0612a7da56a5b35185459542b0c537b910313595ba66a29739269828b45309b938aee2663b00a82386c0d728b1b0d7af36d0c8a9852412a9c17018a5f83696054a6cd3403005d38cf6e813f2fcbd76e6a6dd2a7ed0f096f8a8b2c3d838bc1bc13cab28b2b16e39e5a2e43831ca8441a255838fac7c1bca3910c3398c2b6cc6130e5590c44fec92af95a93c6cb67502a3368ca6c41a14e1518b87b41805688cb2111dd087307a391f56da72a60b9d36770e2a48a6fb9b6d214873e6374e05960db976bf23b96ab057022970b6ecca53c9a65be73b5c277ba2f3208effcc38608c3a1d443d5aab21c647049d59cce08641d955b2770275fd8354bd2c55d12c3a4278bf715a3dae874619769b642031a3150c63531df9555159c35464d988111097a1c7c6a1a6117a5cc74264aa4ffb3642bbcd2a3a36154308d4f37d0b49b47d60287fc7683515c447512ccf955412da4b963aade1c8ce39cb57bd1a62b617ca0454af346ca1657090fd95a453161f24bc73c930432fa71fbef5b1b3e434f8c667b39a38e5db12278731823b24462294335141afe113d8346fa676ad3debb1af957b37f3326bc50c1c0262479394385334c6c087b6e1cd75b0328da915d3a1b4dfc34c627c9f28e2b8b6399c6ed3a96a2b0715487a76177bc7e3bca98536b4755d5614c36de63c8e37cdae0cadaef40aeeb69b750126ace0735ff98d613685fc60282b18c64a7a0a02a5a26747cff34742b6bab52ae171829c8e495c97e89a190bc37b65955b1a2c613165b33d1a612ab8b00deaa6e8216225f1ac36587c1804022719410b2abd4ad89a508875ff1356f3c5a478b811952abb7fb41c2c644304dc529b2b52f355548961c20956b11bdb589238144eac25246f58991fead9e7cf24665c752d16ef2827c497a1f4cae67ca0a10fb5367bc3ae43ee87add306e6e1dee3036d77f319e025d9d6b3b8c84e3c4e5e5f2bd5ba0e', '61003fd1-159a-4f34-b4e9-f662e95b7901', '2026-11-27 13:31:34.46911+00', 8, '\x00000001414c7a6cebedec01b702539749ccb0e6');


--
-- Data for Name: key_wrappers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrappers VALUES (1, '4bf704b2-f220-4ca5-856b-2280d9611a78', 1, 2, '\x01b44ed6d18b5228623b5f9db4fac3f01e6390b43257acc291cc510c63943822101cf21f362e4aba9b291548523c8f6e8c91686a019330d6f788c14568f416de01158f6c5d114a9f432aff5973ded13865af3ea944a17b694f440359a51fe85970', '\x01cd2544f996a845e5f6c626e8e2f8276eb6d2d1d9b5a806372ffc10f8b272d0db341f1ac095fa44efe53a84513640e5c156c2b06a300a8167d4c19bb5f7d693e90f86f163ade0899fd9d98d1d8c32251735e2ea86035bd4c74a6a27e8b404271c', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "48f6f42a-9317-4304-829d-ae4607ae3f86", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "0d19cd4e-6146-4b84-9458-758680fd87fe", "version": 1}], "mode": "either", "class": "branch", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "d764aadc83570c8d447a21857a0d231af311cfecc209a11caf5e0cc0d910559c"}', 1, 1, 1, 'branch', 1, 'active', '2026-11-27 13:31:34.393314+00', NULL, NULL, NULL, NULL, '2026-11-27 13:31:34.393314+00', '2026-11-27 13:31:34.393314+00', 41, '\x000000011680f1b6ad9fb0a97b121af4fbd6cd92e06f713149d1e52c5dbad2ecbb927becf0acb55a9da21290451ce0bccc1ea0c4d5c7f8dd84914135dedeaba5fe265a520c38775def2258bcf0d029b4bc757e7e');
INSERT INTO kw.key_wrappers VALUES (4, 'b0863c6c-b4d2-4182-8e09-50325bd3604e', 1, NULL, '\x', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "48f6f42a-9317-4304-829d-ae4607ae3f86", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "ce15805b2e03156432d7ae481bcbf881f8925b6d187cd9ba5c5fadbc06315b90"}', 2, 2, NULL, 'field', 3, 'invalid', '2026-11-27 13:31:34.414986+00', NULL, NULL, NULL, NULL, '2026-11-27 13:31:34.432772+00', NULL, 42, '\x000000010000000000000000000000000000000000000000000000000000000000000000897638e347654209b77c71fdc799fd4a');
INSERT INTO kw.key_wrappers VALUES (3, '6eaf44ac-a311-43cc-b655-42290ab04de8', 3, NULL, '\x01de93a486be3eaee8900aee7d2a45b51619e9c1757b3e173352e24146cb0b2e790c91cc24e141dd3e75f5f2cbd1d9eb45089be9b2b51cc9b5455c3bc2a44266923070aa1249ae29c3c38168a184ee8858bae3639c1b3704131d34fe70744132f1', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "19954b4c-c4bd-46d5-aaae-6cbbe0469ef9", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "4b444c952e6dc789fdd81d80c4d54326e438587b9a93b1e8189274334b42ea9e"}', 2, 2, NULL, 'field', 4, 'active', '2026-11-27 13:31:34.413184+00', NULL, NULL, NULL, NULL, '2026-11-27 13:31:34.432772+00', NULL, 43, '\x00000001f8794de7340cbf613e3c34207c3d992ec9b7aea366536bcd5fc28a50d6ca001f67ef843166f383243417f1c5f035615d');
INSERT INTO kw.key_wrappers VALUES (2, 'f2469037-64dc-4569-8758-72988aa34f61', 1, 2, '\x013ee061b6640b9c6bb434e200ac258c77271d2450ca1c3a50cf49f4e199130ce9c365b31b8ff35e3824be2b08573ca61131b91b5964208606bb64678cb40c8dea1e13ac7ac2c29802ecc9372f2dc00028718cfe22148392ff8abbb71640422959', '\x011a1cdbcc4dfec87fd42fd5e80fd95d52c87b88c8210a55a82b44ec8ca0aa7f13bff7714f9031f6f5595df19d870834bbcb593007ad04f2ae818b620dce79e5991d32aa13951a4a92901fcd4e15e325c26bb8d3d2ce8f581bae93e350938115cf', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "48f6f42a-9317-4304-829d-ae4607ae3f86", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "0d19cd4e-6146-4b84-9458-758680fd87fe", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "950e72b61a92932fc3465c5c5e46412dfc2328f50b2d415b09a0bd39e1d6f89f"}', 2, 2, 2, 'field', 2, 'rotated', '2026-11-27 13:31:34.402866+00', '2026-11-27 13:31:34.427773+00', NULL, NULL, NULL, '2026-11-27 13:31:34.432772+00', '2026-11-27 13:31:34.432772+00', 44, '\x00000001a648f16ef331186b799444d66cf7b8b8c62ac7fdf20a3a0ccf811da5fc47f247ebe462fec37a25be68495580d03e61f2332d431b70f114a1919292ee5fb177ab521f62d14531d3b6942cd67ae0436f9a');
INSERT INTO kw.key_wrappers VALUES (12, '930901e3-06f2-49b9-ba57-758c1fffb0ab', 1, NULL, '\x01a224d2a408eeb1bd05d8c91f895cc48915e1deffcae57bc2b696482384629f2c422ea357d39d8eb5d99307bb955383227f79be801b0affa0774e8bfc86b7d59ec43d24bb71475e82b79f7d5420e2216cf0f63fd7c20a30e49ecd88d2eb6c4b39', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "48f6f42a-9317-4304-829d-ae4607ae3f86", "version": 1}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "ebc2a5afcce6ce651d037ab1dd09facdf1ce6eeee59e69f519fb97698ea114ba"}', 1, 1, NULL, 'field', 3, 'active', '2026-11-27 13:31:34.498845+00', NULL, 10, 'postgres', 'bfe2457a-e11f-4dc7-bb6d-c310c30de5e4', '2026-11-27 13:31:34.498845+00', NULL, 45, '\x0000000105a29662acbf54b818ceab641e6bb362f7e72d61a0946950e6c2e700aadc254b816d6a7fee6a5c583da8d1f8f30091f9');
INSERT INTO kw.key_wrappers VALUES (5, '30b6eb73-6d33-4295-bbeb-933aa205d7ce', 1, 2, '\x01edd6b625cb51b9d60db49c5819a58063bfc38ea797fae6d7805495be8c1c65ee455cd04e67e56ceea5e7496c768c07e0863e8d498b59d1e250bf6721192e91a94bf00c201c943dfe5bddd2f1d35f0df96a2e89d073477e1901c392e903292473', '\x01501d64c5d97df12968fe26198673577a3d5b48e28b5448bb4f3bcdcbac90b2d81617ff8452cea6120d528493daadeb6a5718399a23bae24cf8ff7b91531edb44fd0d6a3ac47fc86c66fdd2350ce59698d03fd36b9a033ffc6416349ef95a4b20', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "48f6f42a-9317-4304-829d-ae4607ae3f86", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "0d19cd4e-6146-4b84-9458-758680fd87fe", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "bedc86ca8b6f9028c30aafd1b6501c3558272bedfb62755f1d7e17ca495c6fa8"}', 2, 2, 2, 'field', 2, 'active', '2026-11-27 13:31:34.425006+00', NULL, NULL, NULL, NULL, '2026-11-27 13:31:34.432772+00', '2026-11-27 13:31:34.432772+00', 46, '\x00000001bceefeb55e7927050a1ef3766f6410e4ba3afc4cb5168f24029e896d2dce25ce712551de36dea6b7bb6e4af5327dff163880b2b686edfc41ac35a650fd05c9c9c9e54d6ae7d5c9d22223c065114e8f86');
INSERT INTO kw.key_wrappers VALUES (6, '2b262cf5-3fa2-4311-8ace-911437276351', 1, 2, '\x01d4dd9d9a3d5c118b69a36aa2b940b8fcd289fb144b7a63ec2e284e2ec8ff76c8b9779f12c44a1faece8a4da8dd50e834d4181a9916f0a319be9d2e2ba0ec527a88cabdf00691851f54930be9bd6c5bae64a6d94dd3ed9d57a3ce6ff7ab1e84d74796312e0cb89e3b32a0cf5952e219ac', '\x017e849f633035562e5156c0c55e0ebd9339f85cdc4c2ea3ae1a1824f74078c319162eae745fed3491419571a8fea4463a9660a0522a881fb4f5944f8c8aba7167b765de518b873013a360014571f28556640f498bed11e7a0c14ee930384c8b6ef7b997855393be209622e19eb0070135', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "48f6f42a-9317-4304-829d-ae4607ae3f86", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "0d19cd4e-6146-4b84-9458-758680fd87fe", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [{"kem": "ML-KEM-768+X25519", "layer": 1, "digest": "3b75a6356b340d9850a920223a8c57859fd1c0b6391b688dbd897a8a814b9331", "kms_key": "983e308c-9f08-4a5f-93e8-5a4d341952bb"}], "dek_bytes": 32, "commitment": "7b1b3b13139c147a3137e88a775d64ded401368a878b6ec8585242d8cf0fdac5"}', 1, 1, 1, 'field', 5, 'active', '2026-11-27 13:31:34.476489+00', NULL, NULL, NULL, NULL, '2026-11-27 13:31:34.476489+00', '2026-11-27 13:31:34.476489+00', 47, '\x00000001659666726d17f1e41de90fcfdbcf0bc4e3e1f166a0ef54414fdb41dccde0c3df7ba60f669211d87862bdcaf5a43f358d043ee8ae4f1aed0182f32a628cf74ea18edec2bd6ac938fde4dce0e883ffec04');
INSERT INTO kw.key_wrappers VALUES (15, '3121c136-f67c-48b3-bca4-0e429344a576', 1, NULL, '\x', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "48f6f42a-9317-4304-829d-ae4607ae3f86", "version": 1}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "d6ecf98a70b5d05d4a9d240e0dd287f453c3b0a4b2e213c9eb7b20aa3dd82fd1"}', 1, 1, NULL, 'field', 6, 'invalid', '2026-11-27 13:31:34.528809+00', NULL, NULL, NULL, NULL, '2026-11-27 13:31:34.528809+00', NULL, 48, '\x000000010000000000000000000000000000000000000000000000000000000000000000488600498842f41764c882cf9d19c5f2');
INSERT INTO kw.key_wrappers VALUES (7, 'b7ddac6e-6173-4f37-b607-4eba555b1abd', 1, 2, '\x01e4beb36acb14c9117dd8407f701c231f637a310dfb2c1ade7054bdbd0cf9ba901e73353aa189687253220b018009f442caec125a719bb7d17eddc7b3a22204195f3ba5de578f0ea1cf41fbe6bf3f6202fc2894d215714dfc0158f297a1e8225b', '\x011509781e8a506b1426108ff8bd99a861ec02c90cd50890dd5d13d128e3d8b6f3e58d638500a875a311b788c00980ff613ec48d7e94e836e218b3e2de279ff489993495a5af4119a3892fc6780b31b6c20139c84f5d3497623acb5d292703a0ce', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "48f6f42a-9317-4304-829d-ae4607ae3f86", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "0d19cd4e-6146-4b84-9458-758680fd87fe", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "830fc4563f3634a0e9527b3cf91c35f10970b5ccce80bca24508806067dc4de8"}', 1, 1, 1, 'field', 1, 'active', '2026-11-27 13:31:34.480536+00', NULL, NULL, NULL, NULL, '2026-11-27 13:31:34.480536+00', '2026-11-27 13:31:34.480536+00', 49, '\x00000001341bc4c5248c0510509857acfef0e3a0a082c96958f1947fba37a6a398546c9d8dc334f332117735a128cd00b7d12e22202a6ed3dde04438a18b96df0836448ffdd8f98dae7b7e3771a3561eec0cb6fb');
INSERT INTO kw.key_wrappers VALUES (8, '0392cc7a-bf4a-4606-9c34-a4960436d900', 1, 2, '\x01a667ab0b331633ca4b081a73f189661935482c562f900a057d866c910b3e02a0795d37ea203ed4c0178b55fd16e779f34867e8ab3075da381a5704c73d0b48904eb8f5f9932da2bf265021bdf0c009f7dbe44f836e4836e965f09811c02214cc', '\x015e544bebb8bbf9fbea374236c215ba6ea4078ae0c41db6a9df68e9934f6d24c4d49d951400ab7d563481c9073b4f52f8650aa0c5faf6289d4024739dd5c182e2cd7f38645d9cd72eb76fb5cbc09672703ca955bb89b7f64103ac3c28163e4f12', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "48f6f42a-9317-4304-829d-ae4607ae3f86", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "0d19cd4e-6146-4b84-9458-758680fd87fe", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "359ab860e89105f28e1076137192184252c763a9e9a1d9392a118525d5f7eb83"}', 1, 1, 1, 'field', 1, 'active', '2026-11-27 13:31:34.486489+00', NULL, NULL, NULL, NULL, '2026-11-27 13:31:34.486489+00', '2026-11-27 13:31:34.486489+00', 50, '\x0000000159eecc8350f67d58e7a3fc7423d4b6b055494ac3e316e23d11fa77f8f9b6d1c409f40b1236c18852622e0d07639ec3fca6a9a6159f4dc580b8cdae50931090487a57213179a91cdbf1775d34b2f26427');
INSERT INTO kw.key_wrappers VALUES (9, '95c2412c-73e6-4b2e-9dcf-406051655312', 1, 2, '\x', '\x', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "48f6f42a-9317-4304-829d-ae4607ae3f86", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "0d19cd4e-6146-4b84-9458-758680fd87fe", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "6a49b6675924416042faac9c302f102bf02f70440c8e3eb4422ddfb036023a3a"}', 1, 1, 1, 'field', 1, 'invalid', '2026-11-27 13:31:34.488213+00', NULL, NULL, NULL, NULL, '2026-11-27 13:31:34.488213+00', '2026-11-27 13:31:34.488213+00', 51, '\x000000010000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000060009397463483a481888a87ce143826');
INSERT INTO kw.key_wrappers VALUES (10, '0edc3d34-35ba-4ef3-8e11-b15c6ae3e072', 1, 2, '\x01ccb0c010b5b9b2830434483e2a431303747add0586e6537da838cf7395a352396a51db7646775db9e0c4e34a653ef9b40675e94ca990457bbd638a596a1e56624924fc6cb3b3d7e80f795f62195e805a1bd16734802354c1bb16f377b330096a', '\x01aa0a115c21de86246ac40566895ed4b000d7d85435912ac4f67c4c41f48af5cc288c88282655154f3bb40d32a42a207c420bf3067562c581df0a5de242c8ba9a1c80926013b22485625f2b8e6dcecff729f2f66084bf13f4e7acdcff35bce0ab', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "48f6f42a-9317-4304-829d-ae4607ae3f86", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "0d19cd4e-6146-4b84-9458-758680fd87fe", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "1e99241059108d1367365442a5e11a8ecbf23d820ce41f26a6f20e50054fb93e"}', 1, 1, 1, 'field', 1, 'active', '2026-11-27 13:31:34.49243+00', NULL, NULL, NULL, NULL, '2026-11-27 13:31:34.49243+00', '2026-11-27 13:31:34.49243+00', 52, '\x00000001583ce2c90f555d8cdfed7f19b0e55615acfcf9ebd69b8a59c3919670302322cc8ce61f1b20b96d3ceebad8eaf04477b37fbe8fc18d15d86a0069ff9895149852043b9528c85eaa37395f52202333c66b');
INSERT INTO kw.key_wrappers VALUES (11, '7be9d04e-5bcc-4c61-bcda-cd00fdc4a2c4', 1, 2, '\x015c028e12f4e60f8d7b84de4f12f12cdd16f7bdf81c12cdcd57d8c28093d785812ceffb04beb2e012ab4b3522efe1809cad70a2b2aaecba316107ae1695c84a2ebf97e8a8ad7043afce745ff19dadf88495736eb69edd391d8f0b4cc851da17c7', '\x01881c5a7a5eb6990212d2ea553aaa87be34664522016170948cd2b9b1f5a82ee0ae393a8044d20ef9a6bcc7a0db72414ae488756ab55669da439460c0b007b15f88a352af2c5bff65e3236349dda06cc01664f1026ac32ba51f0ec45deb251e2a', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "48f6f42a-9317-4304-829d-ae4607ae3f86", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "0d19cd4e-6146-4b84-9458-758680fd87fe", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "326ab021856b73036c8919f12e34aefe5752afa455d52312a643169870495b30"}', 1, 1, 1, 'field', 1, 'active', '2026-11-27 13:31:34.496107+00', NULL, NULL, NULL, NULL, '2026-11-27 13:31:34.496107+00', '2026-11-27 13:31:34.496107+00', 53, '\x000000016bcce0336d686514c49f85355ef601f0f6de63ac0d1c846d45f339016368c1816ea74c85bd30e6a962314200ec75d950f5edb1ea8d564fd9704043a9fc798b0dee3e96b4801287554e9c9daf928b1e36');
INSERT INTO kw.key_wrappers VALUES (16, '1cf0a928-285f-48de-a999-ba73b7f9717d', 1, 2, '\x0145d60bfcb82dacfdd37e96d79b9d5ca02e676efe19f815a1b70f12a500f1394579f09e6efbde94cca62a1459b3bb41a90c714b9ee1cd5bcd4f6d17cd39e605bf76df76dc8bfac9354750e96234cc0a453bb94cdac65bfecdbddf959d06e1c4a7', '\x01270154bd7ec08066c5ba793de12d0d7e14a9940e9596a0f338b48bd4d19be07cbbce74410af0df00c5e1655de2b2fc1e1a6ac0ea08effeff20e57021d1ab767a0cdfc447621689c55f16deb483c8c99fc4b7b5395950eaf51728d94638cab1d7', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "48f6f42a-9317-4304-829d-ae4607ae3f86", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "0d19cd4e-6146-4b84-9458-758680fd87fe", "version": 1}], "mode": "either", "class": "deployment", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "403e9675cac2930cfd8cce84600322cc44c7b894143d8017bb34b26869738c01"}', 1, 1, 1, 'deployment', 1, 'active', '2026-11-27 13:31:35.274605+00', NULL, NULL, NULL, NULL, '2026-11-27 13:31:35.274605+00', '2026-11-27 13:31:35.274605+00', 2, '\x00000001d72ed6974d931c6478cf92b7758828e6abc58a0df09d11982b989d4763a3451a409b54150053c92f55e4d9bcdb264b20a0973416028ff1c4e6528d3e6ccc4ecf7e19b89bf873230c76355500ffd2558a');
INSERT INTO kw.key_wrappers VALUES (14, '04d2f11f-dd35-428f-a491-06996babb35b', 2, NULL, '\x0185b69af6a930c7852adab5bf12b55ec9ff3554956726d23b776fccc22e15c8f904ec53782507868cf1e0c6467fbef5d36dff3725fef6be83337249b59309934707a000f0541651e88054da0103612cee276eedbfb2df6ef549251a74540594c6', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "0d19cd4e-6146-4b84-9458-758680fd87fe", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "9dc266d94b3ab6e305ddf8f752b5209616c0ba2802d2ab53147485d571e137e4"}', 2, 2, NULL, 'field', 6, 'active', '2026-11-27 13:31:34.508952+00', NULL, NULL, NULL, NULL, '2026-11-27 13:31:34.524684+00', NULL, 54, '\x00000001bada211d32538b5d9959a29e384ac336c5e36bc4c9ddee2c95b23860176079d6ce1c2163fdc4d0078e62bcd0b91d3250');
INSERT INTO kw.key_wrappers VALUES (13, '8664d9b5-3c55-43d8-851d-8009a5a7d943', 2, NULL, '\x0126ea9f9520978b9e246b095ec24e70bfce330dee0a7e337472504168149d1f369abaa4d0ecafb0df8132fc8bf4bb6bd31126e481569cfdc79db493748c869d68b37ea6f2e3cf08980e9b4cc52549bc6901bad75151c0377bec7c92365edc7765', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "0d19cd4e-6146-4b84-9458-758680fd87fe", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/2", "layers": [], "dek_bytes": 32, "commitment": "cee3eab4a421b0ab4387660757f9e8184859be31e787ad42eb04e06889a04d85"}', 2, 2, NULL, 'field', 6, 'retired', '2026-11-27 13:31:34.506316+00', '2026-11-27 13:31:34.509924+00', NULL, NULL, NULL, '2026-11-27 13:31:34.524684+00', NULL, 55, '\x00000001c419feaaea626299d3b27d8722dbc43570f9b9f50eec6f570a4f4f645845f033dc99df1e28280c03202b973723dc9e1b');


--
-- Data for Name: encryption_bindings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_bindings VALUES (2994084263839210198, 'public.moved', '*', 'f', DEFAULT, 14, 2, 'live', '2026-11-27 13:31:34.506316+00', false, 2, 56, '\x000000017ae0f5cab7300f446a3747d7f14d828e');
INSERT INTO kw.encryption_bindings VALUES (3739570597280485742, 'public.notes', '*', NULL, DEFAULT, 8, 1, 'live', '2026-11-27 13:31:34.486489+00', false, 2, 57, '\x000000012f4f5257b16c7f346845da812a506426');
INSERT INTO kw.encryption_bindings VALUES (5025721172005793408, 'public.notes', '*', 'text', DEFAULT, 9, 1, 'shredded', '2026-11-27 13:31:34.488213+00', true, 2, 58, '\x000000014f4e72d68f9b01965c4e8b1e893615f7');
INSERT INTO kw.encryption_bindings VALUES (5973022869693181809, 'public.people', '*', 'ssn', DEFAULT, 5, 2, 'live', '2026-11-27 13:31:34.402866+00', false, 2, 59, '\x00000001832004e2ce851be9231db682f0d90568');
INSERT INTO kw.encryption_bindings VALUES (7872287563125080413, 'public.tokens', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'secret', DEFAULT, 7, 1, 'live', '2026-11-27 13:31:34.480536+00', false, 1, 60, '\x00000001d98dcd007f6bb6de97553743555b091a');
INSERT INTO kw.encryption_bindings VALUES (8151811183379780308, 'public.moved', '1', 'f', DEFAULT, 15, 1, 'shredded', '2026-11-27 13:31:34.528809+00', true, 1, 61, '\x0000000126aa1676e9b1a76645b02a2a85d15a1a');
INSERT INTO kw.encryption_bindings VALUES (8251770962101037228, 'public.tokens', '*', 'hint', DEFAULT, 6, 1, 'live', '2026-11-27 13:31:34.476489+00', false, 2, 62, '\x00000001b04f394121097b77492b474ec75ff617');
INSERT INTO kw.encryption_bindings VALUES (8476373061994634397, 'public.people', '*', 'diagnosis', DEFAULT, 3, 1, 'live', '2026-11-27 13:31:34.413184+00', false, 2, 63, '\x000000016e89b18bdf7414beba8b41183c3c8853');
INSERT INTO kw.encryption_bindings VALUES (8594182695844536321, 'public."Odd.Names"', '*', 'f', DEFAULT, 11, 1, 'live', '2026-11-27 13:31:34.496107+00', false, 2, 64, '\x000000013d03bbd0f773d6ecfa78c5e9e05fdc96');
INSERT INTO kw.encryption_bindings VALUES (8731479799116333321, 'public.people', '2', 'diagnosis', DEFAULT, 4, 1, 'shredded', '2026-11-27 13:31:34.414986+00', true, 1, 65, '\x00000001ffbe418aaf5b9bcbdf5f87199ab2ee44');
INSERT INTO kw.encryption_bindings VALUES (8808887137795558073, 'acme.users', '*', 'email', DEFAULT, 10, 1, 'live', '2026-11-27 13:31:34.49243+00', false, 2, 66, '\x000000016c388f850947b92dd57cd8061e57e49e');


--
-- Data for Name: binding_generations; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.binding_generations VALUES (2994084263839210198, 1, 13, '2026-11-27 13:31:34.508952+00', 67, '\x00000001744599ecc9bf81e8b091811548df3e2e');
INSERT INTO kw.binding_generations VALUES (5973022869693181809, 1, 2, '2026-11-27 13:31:34.425006+00', 68, '\x00000001850d2e77fb915eab03702d74d02488bb');


--
-- Data for Name: deployments; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.deployments VALUES (1, 'cae0c191-254f-4f59-a99c-4bf984ddc286', 16, 0, 'sealed', '2026-11-27 13:31:35.274605+00', 69, '\x00000001d5626d4eea66110eae49f020889a72fb');


--
-- Data for Name: entities; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entities VALUES ('acme.users', NULL, 'acme.users', NULL, '2026-11-27 13:31:34.49243+00', NULL, '6a168ae7-6787-4559-8f6d-e3508514c868', 'acme.users', 28, '\x0000000170f8464fb6020f849ee4a71200eb15f0');
INSERT INTO kw.entities VALUES ('public."Odd.Names"', 18694, 'public."Odd.Names"', 'postgres', '2026-11-27 13:31:35.248942+00', 'integer', '6dc23dbc-348e-451f-8ff2-f1e35acbd154', 'public."Odd.Names"', 29, '\x00000001582a4472f4c36bac6878b2a8593f8b6e');
INSERT INTO kw.entities VALUES ('public.moved', 18699, 'public.moved', 'postgres', '2026-11-27 13:31:35.249134+00', 'integer', '847c9433-ba8d-4cd8-a6ad-91a189d12555', 'public.moved', 30, '\x000000015b97ac27bd8e1d5bd4e4f0b6af290583');
INSERT INTO kw.entities VALUES ('public.notes', 18704, 'public.notes', 'postgres', '2026-11-27 13:31:35.248467+00', 'integer', '666c1d6e-9360-4796-aed6-8fc8d191759c', 'public.notes', 31, '\x0000000183926a79f9159e95c64c3799aee9deef');
INSERT INTO kw.entities VALUES ('public.people', 18709, 'public.people', 'postgres', '2026-11-27 13:31:35.247301+00', 'integer', '77df0d75-0b53-4696-8dc4-4b68879c24c4', 'public.people', 32, '\x0000000178952e98cc289a759da5f632ae6c8c60');
INSERT INTO kw.entities VALUES ('public.tokens', 18714, 'public.tokens', 'postgres', '2026-11-27 13:31:35.247734+00', 'uuid', 'd69e731c-8810-47bb-bb7c-d6522e7eba22', 'public.tokens', 33, '\x00000001c3b86868420cf9ee8877e9c6bd89c5f6');


--
-- Data for Name: entity_fields; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, true, NULL, '33a20851-08e1-4ef4-ad11-c73f04c6a969', true, false, NULL, 34, '\x00000001d694e4a4c1555537c53c8924871d18e0');
INSERT INTO kw.entity_fields VALUES ('public.notes', 'text', NULL, false, true, NULL, '46ef0b5a-7ec4-47ab-982d-03d20d861ecb', true, false, NULL, 35, '\x00000001d2bf2982f3d6d4644f76adf5aee44324');
INSERT INTO kw.entity_fields VALUES ('public.moved', 'f', NULL, true, false, NULL, '4fe96769-69bc-481c-960d-15e05a8d61e1', true, false, NULL, 36, '\x00000001080d5a424d9bbf82952217ec09ff254b');
INSERT INTO kw.entity_fields VALUES ('public.tokens', 'secret', NULL, true, false, NULL, '88fb3f19-dd29-41f8-b2be-6823ea8a3718', true, false, NULL, 37, '\x00000001067581b13e367c621e1884df5d92bfbe');
INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, false, NULL, '8d8dcd7d-7b54-45c7-89f7-1c0b7da7ab16', true, false, NULL, 38, '\x00000001987f2d7896948bd609074636806e1615');
INSERT INTO kw.entity_fields VALUES ('public.moved', 'f', NULL, true, true, NULL, 'b5177bd0-8390-4ff2-8b30-4ca2a6f478a4', true, false, NULL, 39, '\x0000000171ac2442135818fb8a7d6d5b5213e2d7');
INSERT INTO kw.entity_fields VALUES ('public.moved', 'f', NULL, false, false, NULL, '64bea295-407b-41b9-b5cf-f4e996d89a8b', false, false, 'statements', 72, '\x000000016827390262e5bfe96f378cdba47f381e');


--
-- Data for Name: field_grants; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.field_grants VALUES ('public.people', 'ssn', 'pg_monitor', true, false, 'postgres', '2026-11-27 13:31:34.46751+00', '1ff13e86-8f76-44b3-8646-9566f0e19390', 17525, 10, 'postgres', 3373, 'bfe2457a-e11f-4dc7-bb6d-c310c30de5e4', 40, '\x000000015a52426558ad324a8ad7e288dd49ec4a');


--
-- Data for Name: former_wraps; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.former_wraps VALUES (3, 2, '2026-11-27 13:31:34.492075+00');
INSERT INTO kw.former_wraps VALUES (6, 1, '2026-11-27 13:31:34.531813+00');


--
-- Data for Name: generation_usage; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: signing_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.signing_keys VALUES (1, 9, 'app', 'application:orders', 'local', '\x2a517d8a4d5ed002803b9950a8df4f9a9e264bca776404248ade620d6caf3230', '\x01de7d88a4c42335c8798484e7e5b6ebb6b6de128c8a2cb56dfac84ed0c4401f132a4eb05f3e6490df2cd217c0b2fa7cf6015c606078e81f39e53ad78b', 1, 'active', '2026-11-27 13:31:35.249451+00', '2026-11-27 13:31:35.273831+00', NULL, NULL, NULL, 27, '\x00000001cbf1e81807d9d4672eb51d510d65bdd1');
INSERT INTO kw.signing_keys VALUES (2, 9, 'log', 'log', 'local', '\x3a0e80f6512711ef922d1b3318e0f62e26531e966d90740ad489c62198491a29', '\x01502dcb9d9f4fa92d544a58de03806920c5269c969239c038843faf6f145ca9c3454929e099af753a9c06dda565444feeeb1d2b80d32dc9ea7ba9831b', 1, 'active', '2026-11-27 13:31:35.307802+00', '2026-11-27 13:31:35.308415+00', NULL, NULL, NULL, 70, '\x00000001820fc09ac66e847aede222997e85dc5c');


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

INSERT INTO kw.key_wrapper_layers VALUES (1, 6, 1, 4, 5, '\x4d4ba453ff16548027f21661dd2113195e9d918634b351d37f6d1981be2ad15d2c0e09cff685c05079bc196965c888d551495b8e0465cfa3228c5c80e450c30004242b1b1f787eda05db7e591d54c532de80cbd8e2b25e59928e85bf409485f4bedb70506db76c1807a2a3f01bac05c8750dd37fa1e25764c3da8e9bbb9e960e7f4b545a47b81d7553b3934c446207b26cd09f6ff02429e306f544272fece832072985a5a2b87ab7be5d66c635bcbfae9c78ea44ede11979b0639eec4ff92a1a11cfdfdf57b3f2d8b281d8b6e38d5532fe6708da9b2b689e0a20615afbc3250103901f67ea0bdaf61d3d90bb1fd7714b8e61c4461bb72500687c369dfadab3379acc4b3ccbea7d0cce06d75fd08529efcfb388ba3b489406f2bc145934767b53c78d5e1b5fac32dcf11e72e82abf2ef6522149961b7b235c0a9e143d04c7e518dbb292ae4fecf3704011911fd264e1fc4dfef4bf2ab732fa65f689748cf99ac392564fba1f5e8cb4d0a1511119eab78af151483856a77804e2ef801d3727e3e45a29d55bd301adc1a9630ff89c2286733beff73346524a8fc2f786b391bc95de407c9f052c26ac70abfe92f33494523be962458a88946757d451fc9ab481e47187bdd483d0e929a6180479684f8406da3cd900665a4a8393d3d8af41cd0394027f806e8fe31f8be6d8259fc7f8498bc838e80e6becc37eeea579b88acab486ec22dd451681837dac4e2e3a3b3b8d88bb283f7ed413d92113bb4b92d4bc65bcceda39b2b6d2f2a222690d5cafadaec74991b5503a68bbd66775f1715a00bbc2019502a0c7f00252c885ac8d9ca3daa6059a8efd091e70e883c47d05cc64da11d7e7006ecc817b0eb77a71a63ab03430e8674098d421f9a52a997ff2790d809d2999f5549ceb48914d235b967ceda5e26df1ce77fcb0c2838ad3d1d8e122d0b50948f8ce58b23606b962135ec67ce0d083f7125fd17ce05bec489d95f88479b466b95660b2aedd167f7e7519eec422373f3433aff8d0d64ec02fe7192000339a3889bf3fe4c6087125135cbc6b8dea2a92b806c8da1af6b601f1377f930d8096f68a83805c9608573695ae07035e9a3b61d72c7a00b6cde49716c4cee52810376889a5243d54b808472c4d8b4653ffb2e04d75930ab94c0dd94024cac67b72e02bc3525ff03d687f02ed97e8bbba4cf53959c85d04222fcbc611e9fddd6ffb45c28618d300a41729c0b4a7bc75ee4b641e9b1918b0f677c2be920ddf7fbb3e83e3b035ebb54444fa607a6817a49d417a4f8fc3520615061a1ba874935664390fad1ed0751ded9b320a9c4cb0b11a3002c552e7c4e325303116b2f28f702ad84e96f1de016d58e7ded31af34ccddb6b27afd2c0ef4230d2b83c390c583c29373d8c2906d9bd852c59df2a2e6eea41e642eae3522d44a586ba69c64ccddceefb25fab6d582705d157c4dfd839c34bb9c9c60450d35f30078c513dd60c69431e8380a51857f7f02c77ed525e3ee190d10e62ca637610ae6ce6e07c8e9a3290a9af7635dab896fc9d8581f68e131a85c57f6aca48a14bd4d25f0a8e0e973afa11c8e31', '\x73fc6d204398555a7db790a48ab4118344ce5748c0ca7c654578c98aeb8cd342768164854bb5b64e5081f2124f89ea7ed8832ce04c665bc0a4962a04c8a38b2e542f60da1ff3730e7f683d9da1b026bcac14cc28e034aa5fd94745c4be815b28c2db0c97c75a8fc62c71664e17d447271303d1d0555b81855e3ccce661aad365a0dac392d628b4ad24a5c60aa65685a8c72006da739526d77428f0a228b2a9e7f32b8b1105ad64a82e44cb2382aa9ee6004f3837bd292784e97064d1a5821ab389fa07b9663a7006c81acc33b8a93903b2089024c3d65392d8d2ab35560e24a4237dabc98498a76f54a7c70b0f95ea994723871da7a21f545050015f4f92019af302f0e302cef59608d254c0009965cc51468403e623bfde98202d98b5f92a5733a010504756c91470a094bc42b67309d1c87b299067442ce1fb9da18551c7b39cdc93930ed55626f23d95b582c441cbf4602192643cdfd639ff5728147a969c56448749402fe718b4ccc51b6048e7316be8ccaa92f492e703a76fc15b27496f168c4eb215324cc1312278868013651e14614f665a0c932ab4c4c58122579cd73dc3fa196123bc7e18874de81d49ea840f480966913143e5bd14b7cd735c7ffc1169dbd1bf5f6bc1c219b868ab64ce0b6eef3a44468acc2409799565270f16a28a70bae872cf57bb4dcae54531eb30d47920ece1721b0b743a187a263a06824b51a3b705750354ee5c6d0612a7da56a5b35185459542b0c537b910313595ba66a29739269828b45309b938aee2663b00a82386c0d728b1b0d7af36d0c8a9852412a9c17018a5f83696054a6cd3403005d38cf6e813f2fcbd76e6a6dd2a7ed0f096f8a8b2c3d838bc1bc13cab28b2b16e39e5a2e43831ca8441a255838fac7c1bca3910c3398c2b6cc6130e5590c44fec92af95a93c6cb67502a3368ca6c41a14e1518b87b41805688cb2111dd087307a391f56da72a60b9d36770e2a48a6fb9b6d214873e6374e05960db976bf23b96ab057022970b6ecca53c9a65be73b5c277ba2f3208effcc38608c3a1d443d5aab21c647049d59cce08641d955b2770275fd8354bd2c55d12c3a4278bf715a3dae874619769b642031a3150c63531df9555159c35464d988111097a1c7c6a1a6117a5cc74264aa4ffb3642bbcd2a3a36154308d4f37d0b49b47d60287fc7683515c447512ccf955412da4b963aade1c8ce39cb57bd1a62b617ca0454af346ca1657090fd95a453161f24bc73c930432fa71fbef5b1b3e434f8c667b39a38e5db12278731823b24462294335141afe113d8346fa676ad3debb1af957b37f3326bc50c1c0262479394385334c6c087b6e1cd75b0328da915d3a1b4dfc34c627c9f28e2b8b6399c6ed3a96a2b0715487a76177bc7e3bca98536b4755d5614c36de63c8e37cdae0cadaef40aeeb69b750126ace0735ff98d613685fc60282b18c64a7a0a02a5a26747cff34742b6bab52ae171829c8e495c97e89a190bc37b65955b1a2c613165b33d1a612ab8b00deaa6e8216225f1ac36587c1804022719410b2abd4ad89a508875ff1356f3c5a478b811952abb7fb41c2c644304dc529b2b52f355548961c20956b11bdb589238144eac25246f58991fead9e7cf24665c752d16ef2827c497a1f4cae67ca0a10fb5367bc3ae43ee87add306e6e1dee3036d77f319e025d9d6b3b8c84e3c4e5e5f2bd5ba0e', NULL, '{"kdf": 1, "kem": 25722, "aead": 2, "hpke": "draft-ietf-hpke-pq-04"}', '2026-11-27 13:31:34.476489+00');


--
-- Data for Name: kms_health_checks; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: logs; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.logs VALUES (1, 'cae0c191-254f-4f59-a99c-4bf984ddc286', 0, 'db.example.com', 'db.example.com/kwtools/cae0c191-254f-4f59-a99c-4bf984ddc286/0', 41, '\x6fadf2cbfef593ebdd6b8fd98ab3edee755e6c720b9213bc35c241e74a10f44285ef425d9884263544d4c4cfe4264fdbcd8022237ee27f1c8785b08ee0844bb2409408f6399b97a852bfa13f7b2572b74d7b5cd107ac2978a9d0949dc7420644', 0, 40, '1300', '2026-11-27 13:31:35.316833+00');


--
-- Data for Name: log_checkpoints; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.log_checkpoints VALUES (1, 1, 39, '\x1f297c74ca6465e0da613fb86f1860d98e40eb805358dff114134ad4baba0cde', 'db.example.com/kwtools/cae0c191-254f-4f59-a99c-4bf984ddc286/0
39
Hyl8dMpkZeDaYT+4bxhg2Y5A64BTWN/xFBNK1Lq6DN4=

— db.example.com/kwtools/cae0c191-254f-4f59-a99c-4bf984ddc286/0 xmv98zzYELUgOCmj1KG7o+BNL4NogP+jAQsuekcct5Fq9h/MxxN7xTxqfzQxZckXwMZyKf7Bxa54jzAXGaR7wa/04wE=
', '2026-11-27 13:31:35.329616+00');
INSERT INTO kw.log_checkpoints VALUES (2, 1, 41, '\x0315e3159a946a0c7e674a2c6762016165f00648f10f09c38fc0a876b9356be0', 'db.example.com/kwtools/cae0c191-254f-4f59-a99c-4bf984ddc286/0
41
AxXjFZqUagx+Z0osZ2IBYWXwBkjxDwnDj8Codrk1a+A=

— db.example.com/kwtools/cae0c191-254f-4f59-a99c-4bf984ddc286/0 xmv98yCe3kEooahwpsgYRD+04m4/dfPcp3Y0X8ezHnWj1DCnvkvn73VUXaciPUqJMnGBUih/IHN5gJcbeEERLY7JKAo=
', '2026-11-27 13:31:35.339538+00');


--
-- Data for Name: witnesses; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: log_cosignatures; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: log_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.log_keys VALUES (1, 2, 'db.example.com/kwtools/cae0c191-254f-4f59-a99c-4bf984ddc286/0+c66bfdf3+AToOgPZRJxHvki0bMxjg9i4mUx6WbZB0CtSJxiGYSRop', '2026-11-27 13:31:35.317627+00', NULL, 71, '\x000000013a2e1f8aef926175fcbe0409da49e5bc');


--
-- Data for Name: log_leaves; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.log_leaves VALUES (1, 0, 1, '\x7b22616374696f6e223a226164645f70726f7669646572222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226b696e64223a226c6f63616c227d2c226576656e74223a2231222c22696e6361726e6174696f6e223a302c226f626a656374223a226c6f63616c222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3234343739365a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 1, 2, '\x7b22616374696f6e223a226164645f6b6d735f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b2270726f7669646572223a226c6f63616c222c22726566223a22302e382e302d31227d2c226576656e74223a2232222c22696e6361726e6174696f6e223a302c226f626a656374223a226b65792031222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3235323330325a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 2, 3, '\x7b22616374696f6e223a226164645f6b6d735f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b2270726f7669646572223a226c6f63616c222c22726566223a22302e382e302d32227d2c226576656e74223a2233222c22696e6361726e6174696f6e223a302c226f626a656374223a226b65792032222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3236303831385a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 3, 4, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226b657973223a5b312c325d2c226c6179657273223a5b5d2c226d6f6465223a22656974686572227d2c226576656e74223a2234222c22696e6361726e6174696f6e223a302c226f626a656374223a2264656661756c74222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3236333932325a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 4, 5, '\x7b22616374696f6e223a226164645f70726f7669646572222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226b696e64223a2277726170706572227d2c226576656e74223a2235222c22696e6361726e6174696f6e223a302c226f626a656374223a226272616e63686573222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3338393932355a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 5, 6, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226b657973223a5b312c325d2c226c6179657273223a5b5d2c226d6f6465223a22626f7468227d2c226576656e74223a2236222c22696e6361726e6174696f6e223a302c226f626a656374223a22626f7468222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3339323631365a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 6, 7, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226b657973223a5b315d2c226c6179657273223a5b5d2c226d6f6465223a2273696e676c65227d2c226576656e74223a2237222c22696e6361726e6174696f6e223a302c226f626a656374223a2273696e676c65222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3339333138315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 7, 8, '\x7b22616374696f6e223a226164645f6b6d735f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b2270726f7669646572223a226272616e63686573222c22726566223a2234626637303462322d663232302d346361352d383536622d323238306439363131613738227d2c226576656e74223a2238222c22696e6361726e6174696f6e223a302c226f626a656374223a226b65792033222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3339393530375a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 8, 9, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226b657973223a5b335d2c226c6179657273223a5b5d2c226d6f6465223a2273696e676c65227d2c226576656e74223a2239222c22696e6361726e6174696f6e223a302c226f626a656374223a226272616e6368222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3430313433315a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 9, 10, '\x7b22616374696f6e223a227365745f73657474696e67222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b2276616c7565223a36307d2c226576656e74223a223130222c22696e6361726e6174696f6e223a302c226f626a656374223a2263616368655f7365636f6e6473222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3430323639385a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 10, 11, '\x7b22616374696f6e223a22726577726170222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226b6d7331223a6e756c6c2c226b6d7332223a6e756c6c2c2276657273696f6e223a327d2c226576656e74223a223131222c22696e6361726e6174696f6e223a302c226f626a656374223a22777261707065722036656166343461632d613331312d343363632d623635352d343232393061623034646538222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3435393336305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 11, 12, '\x7b22616374696f6e223a22726577726170222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226b6d7331223a6e756c6c2c226b6d7332223a6e756c6c2c2276657273696f6e223a327d2c226576656e74223a223132222c22696e6361726e6174696f6e223a302c226f626a656374223a22777261707065722062303836336336632d623464322d343138322d386530392d353033323562643336303465222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3436303236365a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 12, 13, '\x7b22616374696f6e223a22726577726170222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226b6d7331223a6e756c6c2c226b6d7332223a6e756c6c2c2276657273696f6e223a327d2c226576656e74223a223133222c22696e6361726e6174696f6e223a302c226f626a656374223a22777261707065722066323436393033372d363464632d343536392d383735382d373239383861613334663631222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3436313035335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 13, 14, '\x7b22616374696f6e223a22726577726170222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226b6d7331223a6e756c6c2c226b6d7332223a6e756c6c2c2276657273696f6e223a327d2c226576656e74223a223134222c22696e6361726e6174696f6e223a302c226f626a656374223a22777261707065722033306236656237332d366433332d343239352d626265622d393333616132303564376365222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3436313735305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 14, 15, '\x7b22616374696f6e223a227368726564222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226261746368223a312c2262656e65617468223a302c2264657374726f7965645f726f6f74223a2261396437373931383463383237393965626162663763626437306239376663346432306666353031383061336433303365343634343863663365366134666666222c226c656674223a302c227772617070657273223a317d2c226576656e74223a223135222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e70656f706c652e646961676e6f736973206f66206b657920273227222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3436373139365a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 15, 16, '\x7b22616374696f6e223a226772616e745f6669656c64222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226772616e746565223a2270675f6d6f6e69746f72222c226d61795f72656164223a747275652c226d61795f7772697465223a66616c73657d2c226576656e74223a223136222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e70656f706c652e73736e222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3436383933335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 16, 17, '\x7b22616374696f6e223a226164645f6b6d735f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b2270726f7669646572223a226c6f63616c222c22726566223a22302e382e302d7071227d2c226576656e74223a223137222c22696e6361726e6174696f6e223a302c226f626a656374223a226b65792034222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3437333535305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 17, 18, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226b657973223a5b312c325d2c226c6179657273223a5b345d2c226d6f6465223a22656974686572227d2c226576656e74223a223138222c22696e6361726e6174696f6e223a302c226f626a656374223a226c617965726564222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3437343339385a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 18, 19, '\x7b22616374696f6e223a227368726564222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226261746368223a332c2262656e65617468223a302c2264657374726f7965645f726f6f74223a2232616431383365353331663065623231393262613839313861313239626133666265396463653236366134333433366164393730333030653138623134346334222c226c656674223a302c227772617070657273223a317d2c226576656e74223a223139222c22696e6361726e6174696f6e223a302c226f626a656374223a22657665727920726f77206f66207075626c69632e6e6f7465732e74657874222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3439323232335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 19, 20, '\x7b22616374696f6e223a227365745f616c676f726974686d5f737461747573222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b22737461747573223a2264657072656361746564227d2c226576656e74223a223230222c22696e6361726e6174696f6e223a302c226f626a656374223a224d4c2d4b454d2d31303234222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3530303639325a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 20, 21, '\x7b22616374696f6e223a227365745f706f6c6963795f72656e6577616c222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226d61785f777261705f616765223a22312079656172222c2272656e6577735f6f6e655f6c6567223a747275657d2c226576656e74223a223231222c22696e6361726e6174696f6e223a302c226f626a656374223a22706f6c69637920626f7468222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3530333834375a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 21, 22, '\x7b22616374696f6e223a226372656174655f706f6c696379222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226b657973223a5b315d2c226c6179657273223a5b5d2c226d6f6465223a2273696e676c65227d2c226576656e74223a223232222c22696e6361726e6174696f6e223a302c226f626a656374223a226c656176696e67222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3530343335325a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 22, 23, '\x7b22616374696f6e223a227265746972655f67656e65726174696f6e73222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b227772617070657273223a317d2c226576656e74223a223233222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e6d6f7665642e66222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3532313437325a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 23, 24, '\x7b22616374696f6e223a227363686564756c655f726577726170222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226b6d735f6b65795f6964223a312c226e65775f6b6d735f6b65795f6964223a322c22706f6c696379223a226c656176696e67227d2c226576656e74223a223234222c22696e6361726e6174696f6e223a302c226f626a656374223a2232207772617070657273222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3532343530335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 24, 25, '\x7b22616374696f6e223a2272756e5f7265777261705f6a6f6273222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b22646f6e65223a327d2c226576656e74223a223235222c22696e6361726e6174696f6e223a302c226f626a656374223a2232207772617070657273222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3532383535345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 25, 26, '\x7b22616374696f6e223a227368726564222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226261746368223a352c2262656e65617468223a302c22636f756e74223a312c2264657374726f7965645f726f6f74223a2235356435326362383238366239393734626435653138326337666233323339333939346334353837363435366435393933653433366435633334663065653934222c226669727374223a5b2231225d2c226c656674223a302c227772617070657273223a317d2c226576656e74223a223236222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e6d6f7665642e66206f662031206b657973222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33342e3533313933335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 26, 27, '\x7b22616374696f6e223a22636865636b5f726573746f7265222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b227461626c6573223a5b22616c676f726974686d5f7374617475736573222c2261756469745f6576656e7473222c2262696e64696e675f67656e65726174696f6e73222c22656e6372797074696f6e5f62696e64696e6773222c22656e6372797074696f6e5f706f6c6963696573222c22656e746974696573222c22656e746974795f6669656c6473222c226669656c645f6772616e7473222c22666f726d65725f7772617073222c226b65795f777261707065725f6c6179657273222c226b65795f7772617070657273222c226b6d735f6b657973222c226b6d735f70726f766964657273222c22706f6c6963795f6b6d735f6b657973222c227265777261705f6a6f6273222c2273657474696e6773222c2273687265645f7265636569707473225d7d2c226576656e74223a223237222c22696e6361726e6174696f6e223a302c226f626a656374223a226b77222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33352e3234313035335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 27, 28, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b7d2c226576656e74223a223238222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e70656f706c65222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33352e3234373338345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 28, 29, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b7d2c226576656e74223a223239222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e746f6b656e73222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33352e3234373737365a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 29, 30, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b7d2c226576656e74223a223330222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e6e6f746573222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33352e3234383530355a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 30, 31, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b7d2c226576656e74223a223331222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e5c224f64642e4e616d65735c22222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33352e3234383937395a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 31, 32, '\x7b22616374696f6e223a227265636c61696d5f656e74697479222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b7d2c226576656e74223a223332222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e6d6f766564222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33352e3234393136355a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 32, 33, '\x7b22616374696f6e223a226372656174655f7369676e696e675f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b22616374697661746564223a747275652c22616c676f726974686d223a2245643235353139222c226b6579223a312c2273636f7065223a226170706c69636174696f6e3a6f7264657273227d2c226576656e74223a223333222c22696e6361726e6174696f6e223a302c226f626a656374223a22617070222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33352e3237343331335a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 33, 34, '\x7b22616374696f6e223a226372656174655f6465706c6f796d656e74222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b2277726170706572223a2231636630613932382d323835662d343864652d613939392d626137336237663937313764227d2c226576656e74223a223334222c22696e6361726e6174696f6e223a302c226f626a656374223a226465706c6f796d656e742063616530633139312d323534662d346635392d613939632d346266393834646463323836222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33352e3238343134395a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 34, 35, '\x7b22616374696f6e223a227365616c5f726f7773222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b7d2c226576656e74223a223335222c22696e6361726e6174696f6e223a302c226f626a656374223a22393920726f7773222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33352e3330323835345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 35, 36, '\x7b22616374696f6e223a227365616c5f6465706c6f796d656e74222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b2264657374726f796564223a302c226b65795f6e6f223a317d2c226576656e74223a223336222c22696e6361726e6174696f6e223a302c226f626a656374223a226465706c6f796d656e742063616530633139312d323534662d346635392d613939632d346266393834646463323836222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33352e3330373036345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 36, 37, '\x7b22616374696f6e223a226372656174655f7369676e696e675f6b6579222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b22616374697661746564223a747275652c22616c676f726974686d223a2245643235353139222c226b6579223a312c2273636f7065223a226c6f67227d2c226576656e74223a223337222c22696e6361726e6174696f6e223a302c226f626a656374223a226c6f67222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33352e3330383536385a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 37, 38, '\x7b22616374696f6e223a226372656174655f6c6f67222c226368616e6765735f726f6f74223a2234336634326639663031653430346232373064653861623639366238386231333636373565663338343536613933316532383865353135333139633666626630222c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226b657973223a5b2264622e6578616d706c652e636f6d2f6b77746f6f6c732f63616530633139312d323534662d346635392d613939632d3462663938346464633238362f302b63363662666466332b41546f4f67505a524a7848766b6930624d786a673969346d55783657625a42304374534a7869475953526f70225d7d2c226576656e74223a223338222c22696e6361726e6174696f6e223a302c226f626a656374223a2264622e6578616d706c652e636f6d2f6b77746f6f6c732f63616530633139312d323534662d346635392d613939632d3462663938346464633238362f30222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33352e3331373934345a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 38, 39, '\x7b22616374696f6e223a227374617465222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226275636b657473223a35352c22726f6f74223a2239613237623863623831313464346562333931383734663637343861636166626265636165653536363730383035353062306230323038656132323534316231227d2c226576656e74223a223339222c22696e6361726e6174696f6e223a302c226f626a656374223a2264622e6578616d706c652e636f6d2f6b77746f6f6c732f63616530633139312d323534662d346635392d613939632d3462663938346464633238362f30222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33352e3332373333305a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 39, 40, '\x7b22616374696f6e223a227365745f726561645f6175646974222c226368616e6765735f726f6f74223a2234666431373762386433363930386565623034613833613736613563346436643231373132656363326531313961323237626533363365353239646131633562222c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b227265616473223a2273746174656d656e7473227d2c226576656e74223a223430222c22696e6361726e6174696f6e223a302c226f626a656374223a227075626c69632e6d6f7665642e66222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33352e3333323032395a222c2276657273696f6e223a317d');
INSERT INTO kw.log_leaves VALUES (1, 40, 41, '\x7b22616374696f6e223a227374617465222c226368616e6765735f726f6f74223a6e756c6c2c226465706c6f796d656e74223a2263616530633139312d323534662d346635392d613939632d346266393834646463323836222c2264657461696c73223a7b226275636b657473223a35362c22726f6f74223a2261313161373362633637313839323336636632346234306532663862323565316535353366626539353961663363333631353663303330353631363662393339227d2c226576656e74223a223431222c22696e6361726e6174696f6e223a302c226f626a656374223a2264622e6578616d706c652e636f6d2f6b77746f6f6c732f63616530633139312d323534662d346635392d613939632d3462663938346464633238362f30222c22726f6c6573223a7b22616374696e67223a22706f737467726573222c2273657373696f6e223a22706f737467726573227d2c2274696d65223a22323032362d31312d32375431333a33313a33352e3333383135335a222c2276657273696f6e223a317d');


--
-- Data for Name: log_tiles; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.log_tiles VALUES (1, 0, 0, '\x5970fbb7c785302b72dcb80b106bf23ce33925a94bb0339912ebbf5400815cd2982131af3b01327cf843b375e8f54f28ced58881722e90f1f8bce26609976e98d444823d454eb80240a42521e366ae8685d14ead771bb8eee1d16e843ff161cea26b7be5508d6e983b87c6a08ef4e363105070ab21d2225f90268568e4c98cc040d0b113cd342054d266491ed989a6d4cec787a8284a55140223ff5e0598a1207b0e1f7b33adb5651542938539b057b25a1609e1b7c3736b879a793ea2ff3c718b374ec87294d569001ff8b9f1e82aa2ceed4c39f4acdaaba3d05345941bc495dd2be380fa520d26e06be02f32a567ab76475cfa7c77089c8fcd06ab6fbbc07a964db037042a4a8e972d90fee7d77977de96a7eda2f26bfc78fa76cddec54758802771cab370ad056be1f516eaf71723dec896a254ce3d2f6cd8732a303554db8db030b22d41d35e324b028e9c3fef85c17eb70a1e8d91346a1a598b66a4c12bda5e4c268f446d200c647ea13d0374ab286e9beed8ada2388bb708988ee8366b606f86215daae804ce258f8e78cfa8bb1728e8572a002a747ed56b4a6245bfb443274963cb4d6430ca96d69434ce1c893044a5248872328f054e555d3605c168672e0c4186dc4e629fc5846999a58538cf9ae15d9eb401cf6aae6aeec699238806850f6e8c67334a028806fe7475d4c260c09b9cb27045027208c216ad9bcc0ce790e65487f4228f95435db9f7f3d6da1411cc4697c62e2f4dedf009df968223d69e1fa50d88d4d85573d27435770dd00738b84ac39feac3cef27feabc339f83afb7bde346fa72b3ca75404521e0f78549114c00454a690f4ac21b7483b7540530e893dc0939eff1f95b4f9adbae8468bec8fb75078fce658370470b2ca10642b402af93b3695767a8ff5808a055c6026769efca5ab3bc4e37fc6831d1764f506fe89d1a987577fe95298b0f346b4c30dd78f51c2c2e8d0c562b83a0e5f97269450af1aec44d1cdf32e58347b140915c27591f668f9c68b3ccc75328d72abaf39c279503426a9f21c3bb118bbfb4a009fd4ec32d1e138fb441701ff663a7ddca33e308ed76a34c032188baea9215e91d2ddb8749369c91d3e14c36ec150e30bd093605ffe0593ad17c18f191fd4e38e2957f3f7df4f4ebd8d14670e245e9016002b3b44d66710e38725a08dfc1cc9e6880cab6373bea34ef6f64afa10f6a7014c5e3869d46a10925b35d7ac3be44b1b122a18bf50d25513c2573ff8feb43d7a899960a7148d6362876737e61b576399efecd2a6fd1c9d856fc44c3ab8fb2a01ef91940057535be708eae8114fd872a9a56b9caa29b472a8389a3f3ab3be9e7ecea208e8bd0bb2aee7cbb652cff782dde2c531070d053db074bf1c4bd71268746de3df8f1c255194ec2f91f1972967f16ebebadf5f6beb07dca444523ed268473579628482f3c4558d21be26f4d92332b5d8953ad8548bb450569ca2111f8f037a39f7175b615f69a14e85afefe53afbe1f6881b933d629fd41d3c112eccd6790c5abe0b150926a770dffddd21b76fba1c01fed0a89f3ccb509f87278874cb46b750a31782c32e8e4511c007b57064a348ed54be29ec793be67a3b8369635a9cf421de9056508e752f4b21239f930b2e61386c3aeed83207229c361ae302b269ecf7e0ebdaa41d1b353ab2c9147c5656d74feb9468589323a5d10123801825604fe9ac5827bb88e01ac537f93c83eea2ca048c428e2a971b8b0c910395ac39d0626a5aeaea8b37bdf883a5de57ac8649652f1535cc5ce7be18d14f39d4aaf94b9409408f6399b97a852bfa13f7b2572b74d7b5cd107ac2978a9d0949dc7420644');


--
-- Data for Name: policy_kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.policy_kms_keys VALUES (1, 1, 1, 2, '2026-11-27 13:31:34.261207+00', '2026-11-27 13:31:34.261207+00', 15, '\x0000000178f7316a9366b98ffa9f23383489f85c');
INSERT INTO kw.policy_kms_keys VALUES (1, 2, 1, 1, '2026-11-27 13:31:34.261207+00', '2026-11-27 13:31:34.261207+00', 16, '\x000000016f600092eb2bcbd5bafcafe2de2f0f8e');
INSERT INTO kw.policy_kms_keys VALUES (2, 1, 1, 2, '2026-11-27 13:31:34.390451+00', '2026-11-27 13:31:34.390451+00', 17, '\x00000001d8e734b0bb17bfd90c3ef8f4832dcc52');
INSERT INTO kw.policy_kms_keys VALUES (2, 2, 1, 1, '2026-11-27 13:31:34.390451+00', '2026-11-27 13:31:34.390451+00', 18, '\x00000001f2d70ba5d16d2dd6e44ae760f4671c9b');
INSERT INTO kw.policy_kms_keys VALUES (3, 1, 1, 1, '2026-11-27 13:31:34.392814+00', '2026-11-27 13:31:34.392814+00', 19, '\x000000019132d3040dc609dd7e6445810e26c92a');
INSERT INTO kw.policy_kms_keys VALUES (4, 3, 1, 1, '2026-11-27 13:31:34.399762+00', '2026-11-27 13:31:34.399762+00', 20, '\x0000000197566c1a69fea6ce9f24241de178ddc9');
INSERT INTO kw.policy_kms_keys VALUES (5, 1, 1, 2, '2026-11-27 13:31:34.473739+00', '2026-11-27 13:31:34.473739+00', 21, '\x000000014a335c4d329466ee6e293040b830c4bc');
INSERT INTO kw.policy_kms_keys VALUES (5, 2, 1, 1, '2026-11-27 13:31:34.473739+00', '2026-11-27 13:31:34.473739+00', 22, '\x000000013acc726bd2558f58c09f341ec1f3b8d0');
INSERT INTO kw.policy_kms_keys VALUES (5, 4, 1, 1, '2026-11-27 13:31:34.473739+00', '2026-11-27 13:31:34.473739+00', 23, '\x00000001310a964e0f15f4c148512d542046151a');
INSERT INTO kw.policy_kms_keys VALUES (6, 1, 1, 1, '2026-11-27 13:31:34.504002+00', '2026-11-27 13:31:34.504002+00', 24, '\x000000016347ad8ddda71938b0d2d13d21d66240');


--
-- Data for Name: rewrap_jobs; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.rewrap_jobs VALUES (2, 14, 2, NULL, NULL, '2026-11-27 13:31:34.524684+00', '2026-11-27 13:31:34.527361+00', 'done', 1, NULL, '2026-11-27 13:31:34.521838+00', 'rewrap', NULL, false, 27331, NULL);
INSERT INTO kw.rewrap_jobs VALUES (1, 13, 2, NULL, NULL, '2026-11-27 13:31:34.524684+00', '2026-11-27 13:31:34.528299+00', 'done', 1, NULL, '2026-11-27 13:31:34.521838+00', 'rewrap', NULL, false, 27331, NULL);
INSERT INTO kw.rewrap_jobs VALUES (3, 1, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (4, 1, NULL, NULL, NULL, '2026-11-27 13:31:34.532119+00', '2026-11-27 13:31:34.532119+00', 'done', 1, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (5, 3, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (6, 3, NULL, NULL, NULL, '2026-11-27 13:31:34.532119+00', '2026-11-27 13:31:34.532119+00', 'done', 1, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (7, 5, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (8, 5, NULL, NULL, NULL, '2026-11-27 13:31:34.532119+00', '2026-11-27 13:31:34.532119+00', 'done', 1, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (9, 6, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (10, 6, NULL, NULL, NULL, '2026-11-27 13:31:34.532119+00', '2026-11-27 13:31:34.532119+00', 'done', 1, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (11, 7, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (12, 7, NULL, NULL, NULL, '2026-11-27 13:31:34.532119+00', '2026-11-27 13:31:34.532119+00', 'done', 1, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (13, 8, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (14, 8, NULL, NULL, NULL, '2026-11-27 13:31:34.532119+00', '2026-11-27 13:31:34.532119+00', 'done', 1, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (15, 10, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (16, 10, NULL, NULL, NULL, '2026-11-27 13:31:34.532119+00', '2026-11-27 13:31:34.532119+00', 'done', 1, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (17, 11, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (18, 11, NULL, NULL, NULL, '2026-11-27 13:31:34.532119+00', '2026-11-27 13:31:34.532119+00', 'done', 1, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (19, 12, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (20, 12, NULL, NULL, NULL, '2026-11-27 13:31:34.532119+00', '2026-11-27 13:31:34.532119+00', 'done', 1, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (21, 14, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (22, 14, NULL, NULL, NULL, '2026-11-27 13:31:34.532119+00', '2026-11-27 13:31:34.532119+00', 'done', 1, NULL, '2026-11-27 13:31:34.532119+00', 'rewrap', NULL, false, NULL, NULL);


--
-- Data for Name: settings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.settings VALUES ('cache_seconds', 60, '2026-11-27 13:31:34.401653+00', 25, '\x00000001f03a2b357b794cd0685c59bafd393b3b');


--
-- Data for Name: shred_receipts; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.shred_receipts VALUES (2, 'b0863c6c-b4d2-4182-8e09-50325bd3604e', 4, 8731479799116333321, 1, 'public.people', '2', 'diagnosis', 'postgres', 'postgres', '2026-11-27 13:31:34.465524+00', '\x69ba257bdd6a55dc15fb5405193d4bc7b55ef4c666c356feec689b964e4eb791', 1);
INSERT INTO kw.shred_receipts VALUES (4, '95c2412c-73e6-4b2e-9dcf-406051655312', 9, 5025721172005793408, 1, 'public.notes', '*', 'text', 'postgres', 'postgres', '2026-11-27 13:31:34.491701+00', '\xc2592c4234fa8a35c201332685ab78ac66e2358ffb601df7a31cb6aa7f401173', 3);
INSERT INTO kw.shred_receipts VALUES (6, '3121c136-f67c-48b3-bca4-0e429344a576', 15, 8151811183379780308, 1, 'public.moved', '1', 'f', 'postgres', 'postgres', '2026-11-27 13:31:34.531479+00', '\x4bfcf30629dd135e953effe00ed8d8b24b26e34413c5c1b02feadb6af43489fe', 5);


--
-- Data for Name: state_buckets; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.state_buckets VALUES (1, 0, '\x5d04eb51d4c1d91d7e08fa4c4c53f2fe1b72eecaaeca6f97ea356f7ca49d0172');
INSERT INTO kw.state_buckets VALUES (2, 21274, '\xdbbed60dff8bb7835a83eeb51fbaf567966bd7a9faa774fad391209f4510de71');
INSERT INTO kw.state_buckets VALUES (2, 26571, '\xd31d349899d33ca12891d3c4e07573270a91e07303556894f15de36acb68e6dc');
INSERT INTO kw.state_buckets VALUES (2, 35709, '\xbdc8301d31d7cff78edd1925e0f700f404d8062731523738432d51634df6335e');
INSERT INTO kw.state_buckets VALUES (2, 42440, '\xe3579c8513b19240d37b9f8916173fd8401e79a1992752dc60d1bc1e96041174');
INSERT INTO kw.state_buckets VALUES (2, 55935, '\xd6643875c0969f6847e4a3942159a64ab513355aacf8ef91cca38031ab866f56');
INSERT INTO kw.state_buckets VALUES (2, 57922, '\x2bd32e4c41507d3f3c3110c306297ff9ab1d2970868b108cc6da0bad1f7eaa3e');
INSERT INTO kw.state_buckets VALUES (2, 58632, '\xa10cb048e090976b18e14be07218e0776625afdb0ced383f5e48de5e722ad808');
INSERT INTO kw.state_buckets VALUES (2, 60228, '\xf06ce44e790615e66849ac8bdab47929f0959f224587c3999c7c7c4c603044b1');
INSERT INTO kw.state_buckets VALUES (2, 61065, '\xd3d36168eb150d0fa4e1fb75a8d43ebe85d54f06dfd31737d86c020c2d0b2b14');
INSERT INTO kw.state_buckets VALUES (2, 62040, '\xf0a807db1f45e1d2ab67f4881b948f7bb1b3d4187713854b226b76c6815e9eb8');
INSERT INTO kw.state_buckets VALUES (2, 62590, '\x761577a0792610d6b3b4f9d740bda4f0e6793de7f1b407c0e5e4a0164d979a4f');
INSERT INTO kw.state_buckets VALUES (3, 21274, '\xc29a5dc11302700992722a498b075082ec3cc71d72f32c94654c4c4cb003a306');
INSERT INTO kw.state_buckets VALUES (3, 42440, '\xc1970ca7a88f792680ce2bca8ab2aef59f5f5f9627c10ec18b61dff782ed5d0e');
INSERT INTO kw.state_buckets VALUES (4, 107, '\xc60e7321919b32573e053af08e5553da317b601d296fb41023639f85956d05d4');
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
INSERT INTO kw.state_buckets VALUES (12, 212, '\x84c5c56ba558a2135e3b3cf5b2d8ff07a8e746aa8d6472578cf3941afb1ed4aa');
INSERT INTO kw.state_buckets VALUES (13, 12, '\x4024f9be7f59209f439a6a1d262a3b34d941c0f8a6401b0f857edc36813121fe');
INSERT INTO kw.state_buckets VALUES (13, 114, '\x14200bb543381e62ce0c8ae0ae24f18b9935ac25d1a410bf21e01be01045be31');
INSERT INTO kw.state_buckets VALUES (13, 138, '\xbc392d9a8cb99b7555ebb92f4d753e4e68c2b997db598ac76a11075903dcc44c');
INSERT INTO kw.state_buckets VALUES (13, 167, '\xddf9a0689423bedffadd5c013561ff19b8dffd3055972734ee00d75e314441b0');
INSERT INTO kw.state_buckets VALUES (13, 175, '\x3401f9deca86de9da37ef33598f00a32dca5f0024e22e4c9f0e2441014090f05');
INSERT INTO kw.state_buckets VALUES (13, 251, '\xb5633b3a13c85be6bcaa2266fc41f8d4193d66c4421df007de486db0acea495a');
INSERT INTO kw.state_buckets VALUES (14, 107, '\x0db383f0e4b7b0accd7a145de45863a201e1927e6697e5f75688646d368c4f75');
INSERT INTO kw.state_buckets VALUES (14, 116, '\x9e376fea238d3c610e098358056e68d230e0f80d98d61e84a8e39d5d4915a902');
INSERT INTO kw.state_buckets VALUES (14, 184, '\x22fbdcbba9bac48fffcd0f8d8c831da9a02ad56bd03f669d4d3166901327b333');
INSERT INTO kw.state_buckets VALUES (14, 191, '\xb931bf9f11a5f33c6703bd62150c30195b9280edb71f228785b0945e196b4ab4');
INSERT INTO kw.state_buckets VALUES (14, 198, '\xd0f7626dca5a9206eb2b7809f0ff2f820ae3ca705f6d9c36c51e2116e2a3889d');
INSERT INTO kw.state_buckets VALUES (14, 236, '\x264865bcfb6aaa74ee49c092dd559aab2c7ea7a55dabe759b9bdaf4f596c06bf');
INSERT INTO kw.state_buckets VALUES (15, 12, '\x0d4bf201e85bfa074d0c3f82d6e2661c2cfa0b819621cf31874fc11c1c85d542');
INSERT INTO kw.state_buckets VALUES (17, 217, '\xd3942432790262a09f9fb43903007d1e262c7d530d0bb08e1fe3a332d4f4906a');
INSERT INTO kw.state_buckets VALUES (14, 120, '\x0ed06f7631325e9871d1a5f861d5435c12d88d1be2949ed308741208e10a1229');


--
-- Data for Name: Odd.Names; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public."Odd.Names" VALUES (1, '\xc2027744aba0c09f6001000000016a54f088f4f8fb36858c3d5b9c84e209480e7e665c340355018595f0cb6f7c5f99d7ff454404d3bb89bba82d64f3');


--
-- Data for Name: moved; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.moved VALUES (1, '\xc202298d1fc64db91ad6000000022bd5bde05880e51baabcd7300608065c5e30b6ae23adaf42915db7f6fac2fc0d12c799785dbc8cfbe432470ff1');


--
-- Data for Name: notes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notes VALUES (1, '\xc20245bef2c74d90ae800000000153420384b7f0270a9972bfc1ff7d4fa70aac47f62f0812bca971ca9fbbbc391c636883df14fb0b132cf11f73');


--
-- Data for Name: people; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.people VALUES (1, '\xc20252e470a74f58af7100000001295848f5e068c0bec6efd073f9be46a832060dca846292f0a65488018791810e8fb9352362fa67499dc8e1', '\xc20275a22063dfe15c9d00000001500a7da8db58f1f8bd9a3847b4d3970c1ad51c9cd1696438afbdeb917c3b76701554a8c2c2938fdd425989');
INSERT INTO public.people VALUES (2, '\xc20252e470a74f58af71000000010cdf8476185891b13d71c6163bc016dbac7049da0457bce6c56225cbacfac7a92f9305963ed497b9a71109', '\xc201792c729dadd4010900000001a305b554beca47ad2775a2c6728ef0086962f2755463b6b30253ccee20fc76');
INSERT INTO public.people VALUES (3, '\xc20252e470a74f58af7100000002a1d6e54458e1e831f6d5add83feeb8506810952f5633bd4eb44328bcdaabcef6235ca856e26288982ef88edc33', '\xc20275a22063dfe15c9d00000001223aca62ae0911889949b5b1727f285573f8ca7240966da326611bfa4b363a20f2468b204f77d34413dc3f');


--
-- Data for Name: tokens; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tokens VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\xc2016d3ffbd459cbc15d00000001fc6667293758893de676d550a0d08b28a597fadda88a2fb05eaf95ac1c00eb2d42', '\xc20272842df863ea68ac0000000144f6f64e18dfe10960ec67cbc8ecf7f838b845520f71f97a8bd62b0eb9391a8f7520425a76d97ca4a827a658a8a2b5b4032fa845dcbe954d5039');


--
-- Name: audit_events_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.audit_events_id_seq', 41, true);


--
-- Name: change_numbers; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.change_numbers', 72, true);


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

SELECT pg_catalog.setval('kw.key_wrappers_id_seq', 16, true);


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
-- Name: tokens tokens_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);


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

