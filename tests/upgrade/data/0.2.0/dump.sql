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
-- Name: people; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.people (
    id bigint NOT NULL,
    ssn bytea,
    diagnosis bytea
);


--
-- Data for Name: audit_events; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.audit_events VALUES (1, '2026-11-24 17:18:54.956356+00', 'postgres', 'postgres', 'add_provider', 'local', '{"kind": "local"}');
INSERT INTO kw.audit_events VALUES (2, '2026-11-24 17:18:54.959567+00', 'postgres', 'postgres', 'add_kms_key', 'key 1', '{"ref": "0.2.0-1", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (3, '2026-11-24 17:18:54.960601+00', 'postgres', 'postgres', 'add_kms_key', 'key 2', '{"ref": "0.2.0-2", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (4, '2026-11-24 17:18:54.962597+00', 'postgres', 'postgres', 'create_policy', 'default', '{"keys": [1, 2], "mode": "either"}');
INSERT INTO kw.audit_events VALUES (5, '2026-11-24 17:18:55.060688+00', 'postgres', 'postgres', 'add_provider', 'branches', '{"kind": "wrapper"}');
INSERT INTO kw.audit_events VALUES (6, '2026-11-24 17:18:55.062733+00', 'postgres', 'postgres', 'create_policy', 'both', '{"keys": [1, 2], "mode": "both"}');
INSERT INTO kw.audit_events VALUES (7, '2026-11-24 17:18:55.063121+00', 'postgres', 'postgres', 'create_policy', 'single', '{"keys": [1], "mode": "single"}');
INSERT INTO kw.audit_events VALUES (8, '2026-11-24 17:18:55.068788+00', 'postgres', 'postgres', 'add_kms_key', 'key 3', '{"ref": "8112436e-663c-40cc-aaaa-032a82660b8b", "provider": "branches"}');
INSERT INTO kw.audit_events VALUES (9, '2026-11-24 17:18:55.069933+00', 'postgres', 'postgres', 'create_policy', 'branch', '{"keys": [3], "mode": "single"}');
INSERT INTO kw.audit_events VALUES (10, '2026-11-24 17:18:55.070549+00', 'postgres', 'postgres', 'set_setting', 'cache_seconds', '{"value": 60}');
INSERT INTO kw.audit_events VALUES (11, '2026-11-24 17:18:55.085289+00', 'postgres', 'postgres', 'rewrap', 'wrapper 631cf432-1b84-41c1-acbf-60ca11d5bc16', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (12, '2026-11-24 17:18:55.085782+00', 'postgres', 'postgres', 'rewrap', 'wrapper c9d53cee-85bf-4956-b1cd-57a70bb81b21', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (13, '2026-11-24 17:18:55.086335+00', 'postgres', 'postgres', 'rewrap', 'wrapper 823193ba-4937-43d3-8a03-d07ce476f88b', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (14, '2026-11-24 17:18:55.08695+00', 'postgres', 'postgres', 'rewrap', 'wrapper c356c3db-6873-47a0-af1b-13bd1a891b98', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (15, '2026-11-24 17:18:55.088524+00', 'postgres', 'postgres', 'shred', 'public.people.diagnosis of key ''2''', '{"wrappers": 1}');


--
-- Data for Name: encryption_policies; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_policies VALUES (1, 'default', 'either', 'defined', 0, 0, NULL, NULL, '2026-11-24 17:18:54.960761+00');
INSERT INTO kw.encryption_policies VALUES (2, 'both', 'both', 'defined', 0, 0, NULL, NULL, '2026-11-24 17:18:55.060922+00');
INSERT INTO kw.encryption_policies VALUES (3, 'single', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-24 17:18:55.06288+00');
INSERT INTO kw.encryption_policies VALUES (4, 'branch', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-24 17:18:55.068904+00');


--
-- Data for Name: kms_providers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_providers VALUES (1, 'local', 'local', '/var/lib/kwtools/keys', NULL, '{}', true, '2026-11-24 17:18:54.895569+00');
INSERT INTO kw.kms_providers VALUES (2, 'branches', 'wrapper', NULL, NULL, '{}', true, '2026-11-24 17:18:54.999329+00');


--
-- Data for Name: kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_keys VALUES (1, 'a4e4a0ec-da5b-41d3-8ba6-b5580a6ab38c', 1, '0.2.0-1', '4MrSXMaOnb7n4qVREv1uBw', 'wrap', 'AES-256-GCM', 'active', '2026-11-24 17:18:54.956971+00');
INSERT INTO kw.kms_keys VALUES (2, '29ba529b-28bf-4cd0-b5a0-dcda8def593e', 1, '0.2.0-2', 'pyjLXLhjdntlSJR1z-rebw', 'wrap', 'AES-256-GCM', 'active', '2026-11-24 17:18:54.959811+00');
INSERT INTO kw.kms_keys VALUES (3, 'afd8b606-1100-4d79-a6a8-68585819e40d', 2, '8112436e-663c-40cc-aaaa-032a82660b8b', '8112436e-663c-40cc-aaaa-032a82660b8b', 'wrap', 'AES-256-GCM', 'active', '2026-11-24 17:18:55.063213+00');


--
-- Data for Name: key_wrappers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrappers VALUES (1, '8112436e-663c-40cc-aaaa-032a82660b8b', 1, 2, '\x012ee21ee1a3e681d85d9fcee631898b80157c19d06c12cc1ebf68a2faece4baeafd5c66d06ac1a12379bf92c4d97caa41ad71de250bbdfe4d98876a077559bfc35355acad8af4eb64ccfb92d2a99d66ba7f13c0cc49b32fb885aa9e70ac42863c', '\x01479c3200967179d7955ed0765aafefc5b9692c455fa496a4b79968281a13f4edf98718ada3bea114c716c3d31db6cef5e14cbac47ac83f4ab0589608b4099828ecda91215ab9ed0adc841bf141c2197d8f67d9970269a16538fe80ab67d3e300', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a4e4a0ec-da5b-41d3-8ba6-b5580a6ab38c", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "29ba529b-28bf-4cd0-b5a0-dcda8def593e", "version": 1}], "mode": "either", "class": "branch", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "4eb97d59e7f51bb78cf2957748738f5b08160bf163b12f6a6eb2d7157524f14f"}', 1, 1, 1, 'branch', 1, 'active', '2026-11-24 17:18:55.063213+00', NULL);
INSERT INTO kw.key_wrappers VALUES (4, 'c9d53cee-85bf-4956-b1cd-57a70bb81b21', 1, NULL, '\x', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a4e4a0ec-da5b-41d3-8ba6-b5580a6ab38c", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "1019117be7261f6640a2b7fbec4af2bfddef5f9f57ba9501953b1ba69f9588fe"}', 2, 2, NULL, 'field', 3, 'invalid', '2026-11-24 17:18:55.075734+00', NULL);
INSERT INTO kw.key_wrappers VALUES (3, '631cf432-1b84-41c1-acbf-60ca11d5bc16', 3, NULL, '\x01b7b5e0193551e8b9946a0e606efa5b554d440bf5cd128c2f51ad65836a102fea00c637005e429ba7dc50255e8ce086d6ea12f951938ccfa25b9b5501357ef9e6b1e56adb9cdb203958f4c36f94ae60ba446157bbe1ac53fce14029434864423a', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "afd8b606-1100-4d79-a6a8-68585819e40d", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "26eb828c6b0e7516de2c6876caf48290a0faed4386441f6e1c230e833f0b5258"}', 2, 2, NULL, 'field', 4, 'active', '2026-11-24 17:18:55.074456+00', NULL);
INSERT INTO kw.key_wrappers VALUES (2, '823193ba-4937-43d3-8a03-d07ce476f88b', 1, 2, '\x01a3495efa9a14836cc20e949b2dc684b707caf828042a2de0f6b950a330d6c201dd32141abcc4ed174083827d642622509e4647fc5665167c75b6cfcdbc148072c22a3093b8edd64122ed8662b2f6be08c4f726a3fbec820ada31b069abd1f2e2', '\x01b6f8d468110bf059d571e20d0192ae78a569449cc77802c60c7cd9568244de93925f65180709c260802bcec4ac11f933ed031ec0bc2aac8205cd686b2f65a5404929211c0b9013371c6d0b87493c9516f4daa2f6b0ba56b55c4ff002b8fea668', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a4e4a0ec-da5b-41d3-8ba6-b5580a6ab38c", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "29ba529b-28bf-4cd0-b5a0-dcda8def593e", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "195ba3e67f29ed96cf0079e269e7f4ae4d30da21ada3cd25d99739901663ca89"}', 2, 2, 2, 'field', 2, 'rotated', '2026-11-24 17:18:55.070678+00', '2026-11-24 17:18:55.082886+00');
INSERT INTO kw.key_wrappers VALUES (5, 'c356c3db-6873-47a0-af1b-13bd1a891b98', 1, 2, '\x01fc0061b88d24e15760fc1212903ac2246d0475f07f511d74fbae6e265632d63681eba28157550710e2a5c0364c600cec74ff4fd3259eb9ef661fc5ffc871b3b7dc3393ce1cd6d6ffde75982cc1e1ed7d8c90fe037898a9a77a3391ad7a454485', '\x013698b8783633f840e6286d3066391839ad82a2dc32e609870e01446e7c7a76c5971c4362f35951030e37670cf640906346fc3f26c193dc46ef4f721857abbbc04b533486e511143cd0c1eb2355be05f4d8f998d944ae0fcd72ac722373893bbf', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a4e4a0ec-da5b-41d3-8ba6-b5580a6ab38c", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "29ba529b-28bf-4cd0-b5a0-dcda8def593e", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "9a6fbbb0bcc10e5a6100e3ae418cb3494e21e73bb60ef8c000ebb5e776b81917"}', 2, 2, 2, 'field', 2, 'active', '2026-11-24 17:18:55.080573+00', NULL);


--
-- Data for Name: encryption_bindings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_bindings VALUES (802892143082450230, 'public.people', '*', 'diagnosis', DEFAULT, 3, 1, 'live', '2026-11-24 17:18:55.074456+00');
INSERT INTO kw.encryption_bindings VALUES (5951574373042447241, 'public.people', '*', 'ssn', DEFAULT, 5, 2, 'live', '2026-11-24 17:18:55.070678+00');
INSERT INTO kw.encryption_bindings VALUES (4746472943488095750, 'public.people', '2', 'diagnosis', DEFAULT, 4, 1, 'shredded', '2026-11-24 17:18:55.075734+00');


--
-- Data for Name: binding_generations; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.binding_generations VALUES (5951574373042447241, 1, 2, '2026-11-24 17:18:55.080573+00');


--
-- Data for Name: crypto_algorithms; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: entities; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entities VALUES ('public.people', 16832, 'public.people', 'postgres', '2026-11-24 17:18:55.070678+00');


--
-- Data for Name: entity_fields; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, true);


--
-- Data for Name: field_grants; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: key_wrapper_layers; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: kms_health_checks; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: policy_kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.policy_kms_keys VALUES (1, 1, 1, 2, '2026-11-24 17:18:54.960761+00', '2026-11-24 17:18:54.960761+00');
INSERT INTO kw.policy_kms_keys VALUES (1, 2, 1, 1, '2026-11-24 17:18:54.960761+00', '2026-11-24 17:18:54.960761+00');
INSERT INTO kw.policy_kms_keys VALUES (2, 1, 1, 2, '2026-11-24 17:18:55.060922+00', '2026-11-24 17:18:55.060922+00');
INSERT INTO kw.policy_kms_keys VALUES (2, 2, 1, 1, '2026-11-24 17:18:55.060922+00', '2026-11-24 17:18:55.060922+00');
INSERT INTO kw.policy_kms_keys VALUES (3, 1, 1, 2, '2026-11-24 17:18:55.06288+00', '2026-11-24 17:18:55.06288+00');
INSERT INTO kw.policy_kms_keys VALUES (4, 3, 1, 2, '2026-11-24 17:18:55.068904+00', '2026-11-24 17:18:55.068904+00');


--
-- Data for Name: rewrap_jobs; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: settings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.settings VALUES ('cache_seconds', 60, '2026-11-24 17:18:55.070034+00');


--
-- Data for Name: signing_keys; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: people; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.people VALUES (1, '\xc10252983d5c07836389000000019058ad7a8eeef75b8bfa615e143fdbe87a9dfd42423d40b7c0484e44264df4a2af3d32bcdb41054269b5fb', '\xc1020b2472267561ad36000000013a5092562dc0e762dde56db1b1a595c4bf9ad9f287ebbc612d32bb05802cf440f84dbfc0b1bebd2b5d90dc');
INSERT INTO public.people VALUES (2, '\xc10252983d5c0783638900000001834841f70c72342f012d3096eb585e3c4cf59c152cb46a75837f5f2af0295e494ad6444281dcdd40fda3c8', '\xc10141dedbfe849c5606000000016f6d9695fa6a16015b1917ef8a60faa0bb80863bd033e32f4a6d748f88416c');
INSERT INTO public.people VALUES (3, '\xc10252983d5c07836389000000028d062f29f51f34426887a55e15ba168af2aa79b302dcdb391a89f48c6da72d5333871f450c6490665ef572364e', '\xc1020b2472267561ad360000000135337815894859eca263793c92b14fda2da38285b93cffc45491fd22bfea24aabb2f49b596f5f849a854aa');


--
-- Name: audit_events_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.audit_events_id_seq', 15, true);


--
-- Name: crypto_algorithms_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.crypto_algorithms_id_seq', 1, false);


--
-- Name: encryption_policies_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.encryption_policies_id_seq', 4, true);


--
-- Name: key_wrapper_layers_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.key_wrapper_layers_id_seq', 1, false);


--
-- Name: key_wrappers_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.key_wrappers_id_seq', 5, true);


--
-- Name: kms_health_checks_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.kms_health_checks_id_seq', 1, false);


--
-- Name: kms_keys_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.kms_keys_id_seq', 3, true);


--
-- Name: kms_providers_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.kms_providers_id_seq', 2, true);


--
-- Name: rewrap_jobs_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.rewrap_jobs_id_seq', 1, false);


--
-- Name: signing_keys_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.signing_keys_id_seq', 1, false);


--
-- Name: people people_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (id);


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
-- Name: SEQUENCE rewrap_jobs_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.rewrap_jobs_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.rewrap_jobs_id_seq TO kw_owner;


--
-- Name: SEQUENCE signing_keys_id_seq; Type: ACL; Schema: kw; Owner: -
--

REVOKE ALL ON SEQUENCE kw.signing_keys_id_seq FROM postgres;
GRANT ALL ON SEQUENCE kw.signing_keys_id_seq TO kw_owner;


--
-- PostgreSQL database dump complete
--

\unrestrict kwtools

