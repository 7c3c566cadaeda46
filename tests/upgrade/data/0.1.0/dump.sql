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

INSERT INTO kw.audit_events VALUES (1, '2026-11-24 14:47:49.992851+00', 'postgres', 'postgres', 'add_provider', 'local', '{"kind": "local"}');
INSERT INTO kw.audit_events VALUES (2, '2026-11-24 14:47:49.996831+00', 'postgres', 'postgres', 'add_kms_key', 'key 1', '{"ref": "playground-1", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (3, '2026-11-24 14:47:49.998241+00', 'postgres', 'postgres', 'add_kms_key', 'key 2', '{"ref": "playground-2", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (4, '2026-11-24 14:47:50.000566+00', 'postgres', 'postgres', 'create_policy', 'default', '{"keys": [1, 2], "mode": "either"}');
INSERT INTO kw.audit_events VALUES (5, '2026-11-24 14:47:50.095447+00', 'postgres', 'postgres', 'add_provider', 'branches', '{"kind": "wrapper"}');
INSERT INTO kw.audit_events VALUES (6, '2026-11-24 14:47:50.097462+00', 'postgres', 'postgres', 'create_policy', 'both', '{"keys": [1, 2], "mode": "both"}');
INSERT INTO kw.audit_events VALUES (7, '2026-11-24 14:47:50.097857+00', 'postgres', 'postgres', 'create_policy', 'single', '{"keys": [1], "mode": "single"}');
INSERT INTO kw.audit_events VALUES (8, '2026-11-24 14:47:50.103316+00', 'postgres', 'postgres', 'add_kms_key', 'key 3', '{"ref": "76fdf2d4-41a6-4b3d-90c6-55024f2f72b2", "provider": "branches"}');
INSERT INTO kw.audit_events VALUES (9, '2026-11-24 14:47:50.104494+00', 'postgres', 'postgres', 'create_policy', 'branch', '{"keys": [3], "mode": "single"}');
INSERT INTO kw.audit_events VALUES (10, '2026-11-24 14:47:50.105182+00', 'postgres', 'postgres', 'set_setting', 'cache_seconds', '{"value": 60}');
INSERT INTO kw.audit_events VALUES (11, '2026-11-24 14:47:50.119057+00', 'postgres', 'postgres', 'rewrap', 'wrapper 15767ed8-e65c-4c87-90ad-3394de4461ea', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (12, '2026-11-24 14:47:50.119533+00', 'postgres', 'postgres', 'rewrap', 'wrapper e3a607f8-06ec-4b30-a444-4ca39892738c', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (13, '2026-11-24 14:47:50.120071+00', 'postgres', 'postgres', 'rewrap', 'wrapper 4898118b-d58e-4f52-8811-db05dca1a65e', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (14, '2026-11-24 14:47:50.120574+00', 'postgres', 'postgres', 'rewrap', 'wrapper 00889fa1-bf2a-4829-8544-60e712d15d71', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (15, '2026-11-24 14:47:50.122144+00', 'postgres', 'postgres', 'shred', 'public.people.diagnosis of key ''2''', '{"wrappers": 1}');


--
-- Data for Name: encryption_policies; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_policies VALUES (1, 'default', 'either', 'defined', 0, 0, NULL, NULL, '2026-11-24 14:47:49.998504+00');
INSERT INTO kw.encryption_policies VALUES (2, 'both', 'both', 'defined', 0, 0, NULL, NULL, '2026-11-24 14:47:50.095731+00');
INSERT INTO kw.encryption_policies VALUES (3, 'single', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-24 14:47:50.097605+00');
INSERT INTO kw.encryption_policies VALUES (4, 'branch', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-24 14:47:50.103473+00');


--
-- Data for Name: kms_providers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_providers VALUES (1, 'local', 'local', '/var/lib/kwtools/keys', NULL, '{}', true, '2026-11-24 14:47:49.932147+00');
INSERT INTO kw.kms_providers VALUES (2, 'branches', 'wrapper', NULL, NULL, '{}', true, '2026-11-24 14:47:50.036509+00');


--
-- Data for Name: kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_keys VALUES (1, '1cef08ee-5508-4eee-882d-5eb5d3744ef7', 1, 'playground-1', 'e5eW9naiNV9drFsKi0c9VA', 'wrap', 'AES-256-GCM', 'active', '2026-11-24 14:47:49.993722+00');
INSERT INTO kw.kms_keys VALUES (2, '0df89036-4636-4822-b25f-c72f9d6cb25d', 1, 'playground-2', 'zlluiQrrVcjc8v13M8x24A', 'wrap', 'AES-256-GCM', 'active', '2026-11-24 14:47:49.997166+00');
INSERT INTO kw.kms_keys VALUES (3, 'a5209105-4a42-4e05-87d3-060b6af94d51', 2, '76fdf2d4-41a6-4b3d-90c6-55024f2f72b2', '76fdf2d4-41a6-4b3d-90c6-55024f2f72b2', 'wrap', 'AES-256-GCM', 'active', '2026-11-24 14:47:50.097976+00');


--
-- Data for Name: key_wrappers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrappers VALUES (1, '76fdf2d4-41a6-4b3d-90c6-55024f2f72b2', 1, 2, '\x01ed98b359987bb47046a7e0417677abcfa953b1b5d0a00b137e3238539ce9accc7e8f8bb9bb81f2380b4f3ce0cabc79e4021965a23e938ef29e3a0bdd14fa26fcc5a161968916a00705f174aae482b2a627b4584fbe312c4b5dab57d8c5407a6a', '\x01e2b59fe4c630d14b011bfce8f03b7dbd5c762e7cfae312b4c982a3894fc241b04419624fb47e09f3110740162de5e7456bd905cbf48861db1472e705713fb6834d7346fd2b074140a5cd1b9f42d2772c7367cdffc14fd318082e7bfa89ed76cc', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "1cef08ee-5508-4eee-882d-5eb5d3744ef7", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "0df89036-4636-4822-b25f-c72f9d6cb25d", "version": 1}], "mode": "either", "class": "branch", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "c2a533761fe6b972d2873cb4a2800e71cdd0d54b17c426f9517e96e4bf6fe6f2"}', 1, 1, 1, 'branch', 1, 'active', '2026-11-24 14:47:50.097976+00', NULL);
INSERT INTO kw.key_wrappers VALUES (4, 'e3a607f8-06ec-4b30-a444-4ca39892738c', 1, NULL, '\x', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "1cef08ee-5508-4eee-882d-5eb5d3744ef7", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "f5bb7388088ca89372372f774557359ebde7c1f749910b55d51e560f16fb046c"}', 2, 2, NULL, 'field', 3, 'invalid', '2026-11-24 14:47:50.110032+00', NULL);
INSERT INTO kw.key_wrappers VALUES (3, '15767ed8-e65c-4c87-90ad-3394de4461ea', 3, NULL, '\x0178295587bcdde56cc6eb06298fe89420792095c3849f095aa73bd9cfbca595236ea74b97c6489860e4c90bc14eba6471a2973c4b59ccc8280e07e5a0784fba3cda034fc983b3dc56e818d68c591857ad489bd6ad40e28be5fdac7cebd881505f', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a5209105-4a42-4e05-87d3-060b6af94d51", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "6ac648dce5543a875852189808b5c5bfdf27d855ce7304688ca906a117761b03"}', 2, 2, NULL, 'field', 4, 'active', '2026-11-24 14:47:50.108926+00', NULL);
INSERT INTO kw.key_wrappers VALUES (2, '4898118b-d58e-4f52-8811-db05dca1a65e', 1, 2, '\x018a20b611781d1ccae8d0ccfb74fdfacbff5bdb4787444bc609ce51b5eeecaae38e5b56689b4d28f27fd375bddcb8fd036e243bd6b97b336d62820c59c22f78e81401557fe179ffb0c0df278573b9d58ae246aa8e404a19fddcac4574e3d1d45a', '\x01b3e9bf5fcab0eef81615bd2f6e56ff9aa3a57dfeeee864808d5a4b9a77d1b9feed77a0005e6cfab2d305967c4d71005843f74a0c33a54bde1aa72d483190efef879b9a2cddbc4d973f64a4b3b3941d69d6852aa9fa11c1e0014fc5fa551f314a', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "1cef08ee-5508-4eee-882d-5eb5d3744ef7", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "0df89036-4636-4822-b25f-c72f9d6cb25d", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "cff05d1db78b8fbf295263094e7d5684fb8bf877415d6c3f7b7f220cb9f2f835"}', 2, 2, 2, 'field', 2, 'rotated', '2026-11-24 14:47:50.105295+00', '2026-11-24 14:47:50.116724+00');
INSERT INTO kw.key_wrappers VALUES (5, '00889fa1-bf2a-4829-8544-60e712d15d71', 1, 2, '\x01f51ad77d55796268b50b94b211e8d35ac2056f9576b3063fee10d305a923a5961ff1fbb304c8dbe388682806a4630fff5056e54832bf0975f0822bc3b7f2e35584b7130ee0171dbf7dc7fe3e2033f6e111196b41a07257949a18b9e061e324a6', '\x012924ed2e36a81d1f137b016a9a4eb96c0217300eb7d8bb35d2591e7104f988300e6c80798f0dfb0da127dac7d62177b585512118c7c5de835fbd4ee0ccb32cf7c3565bc6a7e48b3831c3fae0d7f0a153d79c19306c9cd77d5f8cd223849dfdb8', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "1cef08ee-5508-4eee-882d-5eb5d3744ef7", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "0df89036-4636-4822-b25f-c72f9d6cb25d", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "5a702279614a6c5ed0ca0ad6cbc4814e5b84923a6ab0d3db00756d6609b9122c"}', 2, 2, 2, 'field', 2, 'active', '2026-11-24 14:47:50.114587+00', NULL);


--
-- Data for Name: encryption_bindings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_bindings VALUES (2569032369775449023, 'public.people', '*', 'diagnosis', DEFAULT, 3, 1, 'live', '2026-11-24 14:47:50.108926+00');
INSERT INTO kw.encryption_bindings VALUES (2427078162377565503, 'public.people', '*', 'ssn', DEFAULT, 5, 2, 'live', '2026-11-24 14:47:50.105295+00');
INSERT INTO kw.encryption_bindings VALUES (5492940680849534361, 'public.people', '2', 'diagnosis', DEFAULT, 4, 1, 'shredded', '2026-11-24 14:47:50.110032+00');


--
-- Data for Name: binding_generations; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.binding_generations VALUES (2427078162377565503, 1, 2, '2026-11-24 14:47:50.114587+00');


--
-- Data for Name: crypto_algorithms; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: entities; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entities VALUES ('public.people', 16822, 'public.people', 'postgres', '2026-11-24 14:47:50.105295+00');


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

INSERT INTO kw.policy_kms_keys VALUES (1, 1, 1, 2, '2026-11-24 14:47:49.998504+00', '2026-11-24 14:47:49.998504+00');
INSERT INTO kw.policy_kms_keys VALUES (1, 2, 1, 1, '2026-11-24 14:47:49.998504+00', '2026-11-24 14:47:49.998504+00');
INSERT INTO kw.policy_kms_keys VALUES (2, 1, 1, 2, '2026-11-24 14:47:50.095731+00', '2026-11-24 14:47:50.095731+00');
INSERT INTO kw.policy_kms_keys VALUES (2, 2, 1, 1, '2026-11-24 14:47:50.095731+00', '2026-11-24 14:47:50.095731+00');
INSERT INTO kw.policy_kms_keys VALUES (3, 1, 1, 2, '2026-11-24 14:47:50.097605+00', '2026-11-24 14:47:50.097605+00');
INSERT INTO kw.policy_kms_keys VALUES (4, 3, 1, 2, '2026-11-24 14:47:50.103473+00', '2026-11-24 14:47:50.103473+00');


--
-- Data for Name: rewrap_jobs; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: settings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.settings VALUES ('cache_seconds', 60, '2026-11-24 14:47:50.104667+00');


--
-- Data for Name: signing_keys; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: people; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.people VALUES (1, '\xc10221aeb6babe9f653f0000000183dae76206c1afa7bb3c21b2e616cac70f23617cbddcd790da28b2bcfb1f89d3bbbdfc426a3f4b202dd6c2', '\xc10223a7095438f213bf0000000140787ae4f9e99eea6a0e66f51818b8d8988f3b2e281516c5fcf375846c739e3ec39388e565a8298a9a927f');
INSERT INTO public.people VALUES (2, '\xc10221aeb6babe9f653f00000001fdc75e0bac80d712851830da48aac412d15b096ce3d9925a806a6232cd969b5ae5b725acb468815e6b3192', '\xc1014c3ad87246542d990000000198b5b99053a7038d9024423abf6ce515dd26453d19b1f0044b749b2afd7276');
INSERT INTO public.people VALUES (3, '\xc10221aeb6babe9f653f00000002001aa5349d2095f3b5fe35312130456bd16131de90f64ba09c33fa4f1458e6e7edac2fd84bc28da28cdbdcdb45', '\xc10223a7095438f213bf0000000172bbbb68b42dad07b40ac6aadc3c13f26b9dd3a8658c94bc12dfe1e277daff7e4ff851e5c0fbc70501c54d');


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

