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

INSERT INTO kw.algorithm_statuses VALUES (4, 'deprecated', '2026-11-26 15:38:52.560526+00');


--
-- Data for Name: audit_events; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.audit_events VALUES (1, '2026-11-26 15:38:52.083794+00', 'postgres', 'postgres', 'add_provider', 'local', '{"kind": "local"}');
INSERT INTO kw.audit_events VALUES (2, '2026-11-26 15:38:52.09433+00', 'postgres', 'postgres', 'add_kms_key', 'key 1', '{"ref": "0.5.0-1", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (3, '2026-11-26 15:38:52.09897+00', 'postgres', 'postgres', 'add_kms_key', 'key 2', '{"ref": "0.5.0-2", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (4, '2026-11-26 15:38:52.105816+00', 'postgres', 'postgres', 'create_policy', 'default', '{"keys": [1, 2], "mode": "either", "layers": []}');
INSERT INTO kw.audit_events VALUES (5, '2026-11-26 15:38:52.310592+00', 'postgres', 'postgres', 'add_provider', 'branches', '{"kind": "wrapper"}');
INSERT INTO kw.audit_events VALUES (6, '2026-11-26 15:38:52.317708+00', 'postgres', 'postgres', 'create_policy', 'both', '{"keys": [1, 2], "mode": "both", "layers": []}');
INSERT INTO kw.audit_events VALUES (7, '2026-11-26 15:38:52.319823+00', 'postgres', 'postgres', 'create_policy', 'single', '{"keys": [1], "mode": "single", "layers": []}');
INSERT INTO kw.audit_events VALUES (8, '2026-11-26 15:38:52.344269+00', 'postgres', 'postgres', 'add_kms_key', 'key 3', '{"ref": "350444c7-6355-49a8-80d8-f3b1ac2527c9", "provider": "branches"}');
INSERT INTO kw.audit_events VALUES (9, '2026-11-26 15:38:52.348576+00', 'postgres', 'postgres', 'create_policy', 'branch', '{"keys": [3], "mode": "single", "layers": []}');
INSERT INTO kw.audit_events VALUES (10, '2026-11-26 15:38:52.351346+00', 'postgres', 'postgres', 'set_setting', 'cache_seconds', '{"value": 60}');
INSERT INTO kw.audit_events VALUES (11, '2026-11-26 15:38:52.436934+00', 'postgres', 'postgres', 'rewrap', 'wrapper 0424f835-2a06-4bf6-a537-ea34f2315f3d', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (12, '2026-11-26 15:38:52.438943+00', 'postgres', 'postgres', 'rewrap', 'wrapper 4a48c116-ef9f-4d67-a36f-cb5107154730', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (13, '2026-11-26 15:38:52.441008+00', 'postgres', 'postgres', 'rewrap', 'wrapper 7a0888fe-e607-4b38-b1ed-ec961180e9db', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (14, '2026-11-26 15:38:52.44301+00', 'postgres', 'postgres', 'rewrap', 'wrapper f9b3d408-cf71-4ac9-b036-8bc02ec46fc2', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (15, '2026-11-26 15:38:52.448023+00', 'postgres', 'postgres', 'shred', 'public.people.diagnosis of key ''2''', '{"left": 0, "beneath": 0, "wrappers": 1}');
INSERT INTO kw.audit_events VALUES (16, '2026-11-26 15:38:52.450911+00', 'postgres', 'postgres', 'grant_field', 'public.people.ssn', '{"grantee": "pg_monitor", "may_read": true, "may_write": false}');
INSERT INTO kw.audit_events VALUES (17, '2026-11-26 15:38:52.476754+00', 'postgres', 'postgres', 'add_kms_key', 'key 4', '{"ref": "0.5.0-pq", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (18, '2026-11-26 15:38:52.4802+00', 'postgres', 'postgres', 'create_policy', 'layered', '{"keys": [1, 2], "mode": "either", "layers": [4]}');
INSERT INTO kw.audit_events VALUES (19, '2026-11-26 15:38:52.535067+00', 'postgres', 'postgres', 'shred', 'every row of public.notes.text', '{"left": 0, "beneath": 0, "wrappers": 1}');
INSERT INTO kw.audit_events VALUES (20, '2026-11-26 15:38:52.563049+00', 'postgres', 'postgres', 'set_algorithm_status', 'ML-KEM-1024', '{"status": "deprecated"}');


--
-- Data for Name: encryption_policies; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_policies VALUES (1, 'default', 'either', 'defined', 0, 0, NULL, NULL, '2026-11-26 15:38:52.09978+00', false);
INSERT INTO kw.encryption_policies VALUES (2, 'both', 'both', 'defined', 0, 0, NULL, NULL, '2026-11-26 15:38:52.311346+00', false);
INSERT INTO kw.encryption_policies VALUES (3, 'single', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-26 15:38:52.318187+00', false);
INSERT INTO kw.encryption_policies VALUES (4, 'branch', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-26 15:38:52.34489+00', false);
INSERT INTO kw.encryption_policies VALUES (5, 'layered', 'either', 'defined', 1, 1, NULL, NULL, '2026-11-26 15:38:52.477413+00', false);


--
-- Data for Name: kms_providers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_providers VALUES (1, 'local', 'local', '/var/lib/kwtools/keys', NULL, '{}', true, '2026-11-26 15:38:51.940212+00', NULL);
INSERT INTO kw.kms_providers VALUES (2, 'branches', 'wrapper', NULL, NULL, '{}', true, '2026-11-26 15:38:52.177134+00', NULL);


--
-- Data for Name: kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_keys VALUES (1, '5f962dbf-f881-46af-a35c-fb79d9a36356', 1, '0.5.0-1', 'qbrkWsuecYOgra6Zx_Se377cofbmZ-YgDZHQsqSKr4E', 'wrap', 'AES-256-GCM', 'active', '2026-11-26 15:38:52.085111+00', NULL, '57f9caa1-bb31-4904-b2b9-80ab11bfbc46');
INSERT INTO kw.kms_keys VALUES (2, 'eb991554-6a7e-49bf-9065-5520eed5bd84', 1, '0.5.0-2', 'JeBFq_bf4_aOzGQN234Uj12SiD6AiHi7yr7TsLRnEoU', 'wrap', 'AES-256-GCM', 'active', '2026-11-26 15:38:52.095433+00', NULL, 'f19c1ed5-7579-4b63-9b3d-a4209545d6d0');
INSERT INTO kw.kms_keys VALUES (3, '68359b5a-475b-4586-9d6c-b1435910ef50', 2, '350444c7-6355-49a8-80d8-f3b1ac2527c9', '350444c7-6355-49a8-80d8-f3b1ac2527c9', 'wrap', 'AES-256-GCM', 'active', '2026-11-26 15:38:52.32026+00', NULL, 'c9c46877-feb0-4ebe-acd2-349808c34615');
INSERT INTO kw.kms_keys VALUES (4, 'b975ea69-4bb5-4470-96d4-dbd62725d377', 1, '0.5.0-pq', 'Rkjopt5pI9AaPNwO1qT07AfUdaNzyaiofg2FzJTcCpQ', 'wrap', 'ML-KEM-768+X25519', 'active', '2026-11-26 15:38:52.451251+00', '\x97d452e370372ea6638cb172d015a46360472062c7aa5b17f55c1b7f9c28f334cb893837fa50bd9f03231134c46fe33b63a9809f8798f9689df4743018ba177e473ca9a5abd2344dd4a076faf4735be6a6f3e15a5684556dccce41534e696a01e33a8ec0fa50fb10633d31ccc23b5932757d0b292905ec17839c88f7e77c46ca104f45ac8515b1545606fd5815d4cc27781099208450e47b6e49d9c83a1871bf37661ba1aee0b35fcf0c7eafab0ead7b09911a8d632588c2cb8d7d4587e2f707e12091d06a3a2eec70a8187d5cd84b9150090afa3468569fed399f6df55a14a420448851da43623244346ec6c237566c028a423ab1062265ca974a3ad847691668367db3015df03da037bfa05c3053f82fc8ec25baf92553f08bad2c8188358538833376e95fbb863b4f0148f0fcadb540a063016b7ef9cfc43760e1e878877b854290a5171c388fd35de672196c701ab80c491052cf36752bf6f0b630825d6e1cc128289c79f394b4e97799e720ddb1765c2c5a941c0696d65eb4938a80286da0d0470922087974a0d182cddbb30c11bc24fbc96b437703ced565ae784f763a90c6d31f83f697d21545e60c81b9432b0c822207945fc0610926288e7b39c584b943e9a47098b24a18e4401cd7acf7763f1a310da5654fd1d2413be72fdad6bd049c15ca1b5caa6055a2002230722623824f9a739737317b804c1bd1000b7a325190434c8832924c589a77c763f4bb88a13aa5bc40ca3dc84ca2206c33fac6452a4b59d1129f076d94d11eb38bb0c20a166685cc2708c4f6b76813e8444be28707a7315c49ca2fab9ddcc56b3055712fab931c725324098c2b49438102cca926a971bbcccd8b9861a264007b4815d87ccd2549d5e4a654b583c0fb4372f491a4147b85a54c7d3ccfb6d0573839447c269de1a51da4180fba74cf130a8c0c5bcfbb4ab2a592cb48482fcb1a6a03003443851c6e86aed9291971a835139237dad29c679c071e0a3014c3b8a5b59accb494d7f62553d6be901a311a606a07297d09b7367b0744047460c0e68260e41f2384302ea24541e72366b2b1c0e2c66333780c586b02b9baa07ab025c19975181b89157e34ea6e0f54636bb37ebaa7c5e27c889bba12b047175b338c1b86137602996d145ec05c91e9f1ac8ec3a9acf28738658a4e558279a80bc97b9ccf326e889c0692cac0887c6a229ca2d889727d91784ed4b5ca5478dd924c934b8f00c73c7a4288978b3325a751637b7eed6680e24a542c674d8a8c8e3f981677fb0fe6b98cc80b31cf12cbc0b06d54a414b38847c8b3350e703f3114634a3b6400422c89827f198b0f69177a6dd016f418986317b17f4559dd23c205d4176b368efd3276fa4b808ea14c224286f499ce249a44646bb7206c7699b74b0aab838670812953a29138435ad330f0354ffbeb8b5217122ee4a2762930497817e4b27312d22590bb9005fc5d70f49752e9c56a19820b63af28c9b3697b55d4d8a0b7281d18539ce54035903c2bf864c093827faca2537cecb99bf76f227b7012f83409456d9789b7249836c0ec89c534170827a08313c69af4b84de6bf3b124f53ba44d8c518f1db5f0dc894cbf13926e075be8ca4711685b49e855bf02d2fe72a768e621530845110fca63ccd8a88567cdac5b544789602cec6a5ccb8cc73b6ad76b65e91bbf580801c492f6c620dbc6f370c5a8953402d', '151c649a-3b01-4724-b5b7-0c923fc354fa');


--
-- Data for Name: key_wrappers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrappers VALUES (1, '350444c7-6355-49a8-80d8-f3b1ac2527c9', 1, 2, '\x01ea70a77fa7bbcad2ff25e2cdfe91f0baa3cd0b3b398d86717a93502c87376c32a870d729cae58f09c1e57fe562c3577703004fb8f61c5c648ba4ca666e518722960ca7c7464b65c17371e79765c87a18326a2c15b55507f585fac9f335596599', '\x01d65b0f67da05ca8e03efddc4b8090bb69966fc3efce4c31aa26158c80bc88097fbe382f058b26e52f2d847de51d4f6d8b9d2fa918ab55b1dac765430886c160f1f9d5500401ec2fd544c577abb6a1ea3c8fa58096eca4eebf5daab4b2eb84401', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "5f962dbf-f881-46af-a35c-fb79d9a36356", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "eb991554-6a7e-49bf-9065-5520eed5bd84", "version": 1}], "mode": "either", "class": "branch", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "abb799f5bdb9d9e576019f5ba64eb8d0b3b9d3a3a0b01bd8ec12646bd0fc2dcf"}', 1, 1, 1, 'branch', 1, 'active', '2026-11-26 15:38:52.32026+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (4, '4a48c116-ef9f-4d67-a36f-cb5107154730', 1, NULL, '\x', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "5f962dbf-f881-46af-a35c-fb79d9a36356", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "4a71048f675fbe411f954289fad08be2f11867cb8a20cceb55edb0de4910e917"}', 2, 2, NULL, 'field', 3, 'invalid', '2026-11-26 15:38:52.378887+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (3, '0424f835-2a06-4bf6-a537-ea34f2315f3d', 3, NULL, '\x01fd0fbc6a778dfe6455a44967d6406dcf624fb52b0a587bf65388a9a034d96071a436a40a47056058ad10c7fce2e69b7212438025a0417e49ceebcef0a2ede9f140dd51a73da271f0f2f3ba7307bfefa4d5bd2ae9ccca5870766ae3ba7aa89ccc', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "68359b5a-475b-4586-9d6c-b1435910ef50", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "1f4430af6bee0662d9bfb7301ae77213299656ef3a742d74a004a3eeb0633981"}', 2, 2, NULL, 'field', 4, 'active', '2026-11-26 15:38:52.374184+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (2, '7a0888fe-e607-4b38-b1ed-ec961180e9db', 1, 2, '\x0181eb583d23d2a2cab05ea77ea93923a1105e78c1ca57faf75f374967700edfff5758ab8077b28c3de96342bb382ed44fc7747096015a09a28bf3e72b32b75dce49428afa2f0810211b73ef6048ec98d89d1747f557a4c6ed3b36a0f2cbcfb47d', '\x0159e7049971ecdedaf3721964fe974b915fe6d9aea424c7dabdc23b548fecac720ed0fffe6482f11403541f661c81799ee73f963952eaae33952c02c584d84ddfe29b9a1f169f41019a9c2740bcca4cb7a1a624ed890ab640a63e7c05e95f5bfb', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "5f962dbf-f881-46af-a35c-fb79d9a36356", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "eb991554-6a7e-49bf-9065-5520eed5bd84", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "89adc1455b60c86098879397713b7742f9b148b62ab3c548e8a314200ef3c008"}', 2, 2, 2, 'field', 2, 'rotated', '2026-11-26 15:38:52.351877+00', '2026-11-26 15:38:52.409335+00', NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (5, 'f9b3d408-cf71-4ac9-b036-8bc02ec46fc2', 1, 2, '\x01f9c16642bfcbdf2fa9424f117bf0f0f05bf22de271d65d9cfc35c4e53666234c982e8701329f420384cf4a455db1a11802f4e9877cdd13815ec4c707b633029d836881ceaa8c6c158de3c442e5a55e69ede69bdf6debd407d51d974680bf4c47', '\x0172488d5bbe0f0f6b2e86a00f0de2b4e3ea86443a04f1fed8690031cfbff4d13f40e2e9f2a273e580facc30fb7d52f07ee66fa121e3842e352a7e67665f889f9f8459327c8fd3a192eb249ed80b71a420fce2698c0adc915aa216ea9c95de18cc', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "5f962dbf-f881-46af-a35c-fb79d9a36356", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "eb991554-6a7e-49bf-9065-5520eed5bd84", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "8eed2bfb826d860ea76e6cf7f64c7591b10a82d8beef4b2208f5b56fac52ad7e"}', 2, 2, 2, 'field', 2, 'active', '2026-11-26 15:38:52.402804+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (6, 'd4f79ccd-1845-4d8f-a47d-6034b5c0d27e', 1, 2, '\x01bb1926b028aaab252ef34f99eb4b4e33eae003ed3f4037fb1e2b1a30403e2b557fd3c331c43d7fdb6eb7aa40379e9d010b8d172e4a52c69595f778cbad282745e92085d43b5d4b1309d9e8428ab2047de721275b9be8eae17134aedaa7c8d7db5be3585506776af362b0bcb49e05e06e', '\x01373b3347df0450fe9733bd4d9d967faf1f824f02d756cb46ee0e4b3ea7653ae13f71ed3bf81bba38a6a5be6640a77cdb30073ddfa5125f508d9c2a17dce610d0423c713a7a867f13e2b06597c7e08458ce4ba898aba39a8a4d24a2655612a028f824b22300ff3d1398cf1635de2f9b74', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "5f962dbf-f881-46af-a35c-fb79d9a36356", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "eb991554-6a7e-49bf-9065-5520eed5bd84", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [{"kem": "ML-KEM-768+X25519", "layer": 1, "digest": "eb7281a9b6600d286725144104f91da48a31fa86d8a04e308fbf77681df09f12", "kms_key": "b975ea69-4bb5-4470-96d4-dbd62725d377"}], "dek_bytes": 32, "commitment": "77c61b6129f89f6bc7004e4bd0fede4d38fb85990ca11ff27db8b76431282259"}', 1, 1, 1, 'field', 5, 'active', '2026-11-26 15:38:52.485771+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (7, 'a9e7166c-0e50-4860-9231-1c83395297e7', 1, 2, '\x010752c38ba83d691884d434de78eabb72dee761fd922a0a7a02bbfd1fc11ccda3d73b1cbe48cbe3faa67da44a261ccae2738724b15276ccc15d088eaa921caccaa7e2e486018bc8a66adf26708e399e52d7f9bfb7375295888e4897d2a3d6a55b', '\x0158d669f44b5292fe371a182f0ae42c592880dd2d7b185c3e248afb33d7b53d5c6ada5c190d8b9805f45601c2cd10ac24dea3115f5497f177472880cf32170e5af7faa757574d327743f418b579ddea05e5edc3c576f4cc2a7476c31c03fe3ed3', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "5f962dbf-f881-46af-a35c-fb79d9a36356", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "eb991554-6a7e-49bf-9065-5520eed5bd84", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "9b39dc0181c9ebe2ade90589b8c605b6c3afc86ce2aa378e65ae67f62c5425f9"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 15:38:52.499143+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (8, 'b5eec2fd-55c0-4586-83af-55c3b92d23c9', 1, 2, '\x011204a17a7f106cac0ea97dd186e144e2ab03819041332f50f58c36091fba00cf9bd89e291df8a3d85b7976a705568c76e213fd9d0552875e19c4511d7eaaf24a806d8c26f8a8b63eadbbe5245df3920b415f1f652749048e0ee984cd5621ff0e', '\x010c9e0f51cba606639e5fce5f343a334d0446759909a33ccb8f8c685e023f58fc5d0e59739c0b668d5746b48db0013aa19d933faae3b640b256d5c78350a37c61b1881e4429c5b0822d084678b506ffaa90b3bc77bec9ab3d4ab906461cde82ba', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "5f962dbf-f881-46af-a35c-fb79d9a36356", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "eb991554-6a7e-49bf-9065-5520eed5bd84", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "c023c600b3c9771ac2db45f68da7425607b5ad431453449ae5fcc27d8d1864b1"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 15:38:52.517629+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (9, 'd1d3d9ce-e8ce-4d8c-866b-6bab027dd3f7', 1, 2, '\x', '\x', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "5f962dbf-f881-46af-a35c-fb79d9a36356", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "eb991554-6a7e-49bf-9065-5520eed5bd84", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "c617a96c457ebd3ddc817699c85f8b9dc86d6b1a12efb243a322face9cc8e8a9"}', 1, 1, 1, 'field', 1, 'invalid', '2026-11-26 15:38:52.523405+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (10, 'b2d96694-400d-43cc-a343-004b827d6a1a', 1, 2, '\x0152ae45c5b060fd3f423fd87ab6244a21641b59203d94d61fbc90a1e56c21bbc391ddfde0db3572bc7793ddbc691d1ce9061b74d40db4c495b9577c8dc6b2f687b63ad6e3f80c37960f3eea68d36147aebfedd94c7972fb3093df83c4bf0c967d', '\x01069edf93b7888a3dd2d213b46da033d51c10883f25ccf097194a67b22de4f811589e87bf6b12fbb517eec70fe6ee6ab37de83b72b446d5f52673b61f87f1a5935ea2f47ed41da1d94992455b81027875e271199f0952789f6c8af8943821c6ae', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "5f962dbf-f881-46af-a35c-fb79d9a36356", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "eb991554-6a7e-49bf-9065-5520eed5bd84", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "7555707a29e91acc25750045ee21a598410a2f409b14092e7a4aa8b23c52c8cb"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 15:38:52.535678+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (11, '578ff682-0095-4abf-812a-bde33d074c08', 1, 2, '\x015237b7b57ad8bb314bfac8434b9814c9233b316a1d78598bdca79aa77ccaa8ef444f525ecf51a91a0deeb1149a3b1f6ebb859566714a7af6b7e23e4be28e2532de26def954bd051d929d02360761f677546f7f192e03e8399b5510b31028f747', '\x01a3b35cb74d9c3bf528bf59e390a904fcd5d1e821736c27d66e0a10e6979a076f43f4f48a77bb5fd8b59a89464d9b198ad11fc35b89f9eb54a72eb9c6a51d1a17bae1f9b140ae7fe82cbdc05cb88d32d710b4e52be376d31d58cc37769ad8f555', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "5f962dbf-f881-46af-a35c-fb79d9a36356", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "eb991554-6a7e-49bf-9065-5520eed5bd84", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "45e20369e92963ec6fa5b470a487df66b07f800667b13926b28f148a99afdd8f"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 15:38:52.547176+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (12, '167cc1c4-dcc3-4cf2-a27a-d0ef6a47a926', 1, NULL, '\x0143f863f32197a3a3d31d8cb58d8e0a5cb812fe9f0c32cdaabb7d7f0c19615810a18fc29a2ab71bf029f3581ca28f609fd9c7bfc8731030e81bdd7af4dd1d6fcf420722737ad8aa469de0a4a6f346373565c27a22748d86866a26b0d13cc10cab', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "5f962dbf-f881-46af-a35c-fb79d9a36356", "version": 1}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "d8261f61188a29004541b6b2c2bf7b56bb0d0979d2e27cc623adb1aca5c5d3da"}', 1, 1, NULL, 'field', 3, 'active', '2026-11-26 15:38:52.557489+00', NULL, 10, 'postgres', '1c82ff3c-5b31-46c1-9aa9-66f3d32ac3c1');


--
-- Data for Name: encryption_bindings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_bindings VALUES (6528797804907002254, 'public.people', '*', 'diagnosis', DEFAULT, 3, 1, 'live', '2026-11-26 15:38:52.374184+00', false);
INSERT INTO kw.encryption_bindings VALUES (5743402302862674758, 'public.people', '*', 'ssn', DEFAULT, 5, 2, 'live', '2026-11-26 15:38:52.351877+00', false);
INSERT INTO kw.encryption_bindings VALUES (7365403348195247792, 'public.people', '2', 'diagnosis', DEFAULT, 4, 1, 'shredded', '2026-11-26 15:38:52.378887+00', true);
INSERT INTO kw.encryption_bindings VALUES (7678623489041566560, 'public.tokens', '*', 'hint', DEFAULT, 6, 1, 'live', '2026-11-26 15:38:52.485771+00', false);
INSERT INTO kw.encryption_bindings VALUES (3673650011003087010, 'public.tokens', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'secret', DEFAULT, 7, 1, 'live', '2026-11-26 15:38:52.499143+00', false);
INSERT INTO kw.encryption_bindings VALUES (1902475876743391002, 'public.notes', '*', NULL, DEFAULT, 8, 1, 'live', '2026-11-26 15:38:52.517629+00', false);
INSERT INTO kw.encryption_bindings VALUES (3883298619958883781, 'public.notes', '*', 'text', DEFAULT, 9, 1, 'shredded', '2026-11-26 15:38:52.523405+00', true);
INSERT INTO kw.encryption_bindings VALUES (5896774501577593927, 'acme.users', '*', 'email', DEFAULT, 10, 1, 'live', '2026-11-26 15:38:52.535678+00', false);
INSERT INTO kw.encryption_bindings VALUES (8965866407248132207, 'public."Odd.Names"', '*', 'f', DEFAULT, 11, 1, 'live', '2026-11-26 15:38:52.547176+00', false);


--
-- Data for Name: binding_generations; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.binding_generations VALUES (5743402302862674758, 1, 2, '2026-11-26 15:38:52.402804+00');


--
-- Data for Name: entities; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entities VALUES ('public.people', 17084, 'public.people', 'postgres', '2026-11-26 15:38:52.351877+00', 'integer');
INSERT INTO kw.entities VALUES ('public.tokens', 17091, 'public.tokens', 'postgres', '2026-11-26 15:38:52.485771+00', 'uuid');
INSERT INTO kw.entities VALUES ('public.notes', 17098, 'public.notes', 'postgres', '2026-11-26 15:38:52.517629+00', 'integer');
INSERT INTO kw.entities VALUES ('acme.users', NULL, 'acme.users', NULL, '2026-11-26 15:38:52.535678+00', NULL);
INSERT INTO kw.entities VALUES ('public."Odd.Names"', 17105, 'public."Odd.Names"', 'postgres', '2026-11-26 15:38:52.547176+00', 'integer');


--
-- Data for Name: entity_fields; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, false, NULL, 'a046878c-5885-4169-8123-a8a5029843cc', true, false);
INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, true, NULL, 'c484460c-8b9e-4586-8256-ebe756268f55', true, false);
INSERT INTO kw.entity_fields VALUES ('public.tokens', 'secret', NULL, true, false, NULL, '8412a30c-380d-4f33-877d-c8018e853a09', true, false);
INSERT INTO kw.entity_fields VALUES ('public.notes', 'text', NULL, false, true, NULL, 'c0bcffcf-f738-496d-b6c9-bb59381379d4', true, false);


--
-- Data for Name: field_grants; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.field_grants VALUES ('public.people', 'ssn', 'pg_monitor', true, false, 'postgres', '2026-11-26 15:38:52.448496+00', 'eb2967e3-1919-4422-ba02-7e3819cdf20b', 17084, 10, 'postgres', 3373, '1c82ff3c-5b31-46c1-9aa9-66f3d32ac3c1');


--
-- Data for Name: kem_private_keys; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: key_wrapper_layers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrapper_layers VALUES (1, 6, 1, 4, 5, '\x0032d703f570242409a865dbf0c61ac2e52fb0d7abd66dfc104b9ae4959e6b3159633bbbcbb26f530bebc9e2e8ef6ecbaf3127332751463f01205c2adb36cf75202d3d9a152ba79bb48f8ddb0ce19980d784c1c2527497b8d0d0c854ee414cd6c63eab0a37894a18780f039980a850a68375b5b5e13ed54f482b40da125dd82dd9797979659f1a662fec7dc767275c8f73bc826355b1c2ce2b50d3796d2efe3a4d263e4aa5eb821ac3c885539d2d03b3929e573ee7f1ad1be16a39c1b6ccc6d8c820d7428373347727f2667c73cd4a9ef931dadb5fb3ffb852925caa367cb2a058c1e8b558ae702d6f9157d7b32a452d9ecc00ea3dfdf9397e14c9cb6c11fb203e20bf508b93b90ba2432d50ff9e61d91cc3cd68a47be12dc2830c1b7a9190687039696afd293a6e02ffa7b8c5df0bc2c8364d0228cbc25b0e6513053d6bc32e890083215f9225dcb4c53011055a9d87f0f235af53ffd0b3f8eafbf4aeba3bfc6113ca78c1fbf53b83773074cc637472b88f30a7668389b56702404881fd49fa56e64b5714369289602ffa6d66ba58c5ecc40fc15cb5cd7130d81230c18fa4c4ba570d6fed8abe2d0e220d6f0dfdd73463b17f2184433022398fcb2bedb6e364b2b53bb358a6f59d3675f5b7085fad5aa96cc99e119a11de7f8d7c6bce766d3de88df1985cbd85b413776d3e78bfcf36ffc8eb35938d125355c7b7c33d2e7dc1ef0884cc1574b4f4669290e1953479a702a489c5e5c0ebc981471b3f58dadbc074431a502070eee7e448af3d2ef5da0e5d50356fb8c37edbfaa2e92d0c5043009b6040293c8310c92790e2fb35c929edb9a92c2324c106b4dc11cfa170afe91b1523d59b5370a662e270edd91c5595a61ef99635cad71b483c9c8b9e875961352cc5acfbd8766bf6b86f4269f0be18d801355eed8c9172a210de9734506661dcef077c8fc63edc2f08305b4c52fe6b20f26413a960ae79a3372d048270178892e6b2f4bf0f92c393df48b7c864466e9b50aab3c1475f5dc6dfa6c8b66e46274a08595c749e58914c17625252f9cc1f12871b027ca5a396f2efae17ed493d35185e913c7ddecc77d2b6cc9e7de0b5b9e1bbac31f7d63cad48d1df71e81f678822528bbdbee3ec4b72008a81bb74ab3796f66d68493f1c44c2056f2459c3429d1fa5241c3c9a0460a699853e6fc216ec9eb784f33ae37818361f980ad9cd2afffd449b0870f8b27f104e5f6888ba1a262ee49b99ee9b57be3e1cfa24662e0c7b2c6daa21ff4a8456074a6329b43ec676d27892f57ec732a15e79ace1497846d0bb0a633ed2494d087d53c5baffb4012f16195347035f0f30cc47ee28bd05e88064aac068beb9954312b8fb1c31dbc8d557a2692d51cf598c37dbbbe57350a073c4ebe2348fac555c28c06052fddb5441d9bb61deaf7f6c5e3013538d2e0a1f814a4b7c0e37968dea3164bb170013112187bba19691bcea76d5564113f00475de3c117f0088ec6ee90a6e904bc024d3668e75eebe72b390f820cabde30ba88b5611bf6489dfd28d49deb50c2cfc1a5b80376db8b455d5c83f78ab19854fc9bbac67', '\x97d452e370372ea6638cb172d015a46360472062c7aa5b17f55c1b7f9c28f334cb893837fa50bd9f03231134c46fe33b63a9809f8798f9689df4743018ba177e473ca9a5abd2344dd4a076faf4735be6a6f3e15a5684556dccce41534e696a01e33a8ec0fa50fb10633d31ccc23b5932757d0b292905ec17839c88f7e77c46ca104f45ac8515b1545606fd5815d4cc27781099208450e47b6e49d9c83a1871bf37661ba1aee0b35fcf0c7eafab0ead7b09911a8d632588c2cb8d7d4587e2f707e12091d06a3a2eec70a8187d5cd84b9150090afa3468569fed399f6df55a14a420448851da43623244346ec6c237566c028a423ab1062265ca974a3ad847691668367db3015df03da037bfa05c3053f82fc8ec25baf92553f08bad2c8188358538833376e95fbb863b4f0148f0fcadb540a063016b7ef9cfc43760e1e878877b854290a5171c388fd35de672196c701ab80c491052cf36752bf6f0b630825d6e1cc128289c79f394b4e97799e720ddb1765c2c5a941c0696d65eb4938a80286da0d0470922087974a0d182cddbb30c11bc24fbc96b437703ced565ae784f763a90c6d31f83f697d21545e60c81b9432b0c822207945fc0610926288e7b39c584b943e9a47098b24a18e4401cd7acf7763f1a310da5654fd1d2413be72fdad6bd049c15ca1b5caa6055a2002230722623824f9a739737317b804c1bd1000b7a325190434c8832924c589a77c763f4bb88a13aa5bc40ca3dc84ca2206c33fac6452a4b59d1129f076d94d11eb38bb0c20a166685cc2708c4f6b76813e8444be28707a7315c49ca2fab9ddcc56b3055712fab931c725324098c2b49438102cca926a971bbcccd8b9861a264007b4815d87ccd2549d5e4a654b583c0fb4372f491a4147b85a54c7d3ccfb6d0573839447c269de1a51da4180fba74cf130a8c0c5bcfbb4ab2a592cb48482fcb1a6a03003443851c6e86aed9291971a835139237dad29c679c071e0a3014c3b8a5b59accb494d7f62553d6be901a311a606a07297d09b7367b0744047460c0e68260e41f2384302ea24541e72366b2b1c0e2c66333780c586b02b9baa07ab025c19975181b89157e34ea6e0f54636bb37ebaa7c5e27c889bba12b047175b338c1b86137602996d145ec05c91e9f1ac8ec3a9acf28738658a4e558279a80bc97b9ccf326e889c0692cac0887c6a229ca2d889727d91784ed4b5ca5478dd924c934b8f00c73c7a4288978b3325a751637b7eed6680e24a542c674d8a8c8e3f981677fb0fe6b98cc80b31cf12cbc0b06d54a414b38847c8b3350e703f3114634a3b6400422c89827f198b0f69177a6dd016f418986317b17f4559dd23c205d4176b368efd3276fa4b808ea14c224286f499ce249a44646bb7206c7699b74b0aab838670812953a29138435ad330f0354ffbeb8b5217122ee4a2762930497817e4b27312d22590bb9005fc5d70f49752e9c56a19820b63af28c9b3697b55d4d8a0b7281d18539ce54035903c2bf864c093827faca2537cecb99bf76f227b7012f83409456d9789b7249836c0ec89c534170827a08313c69af4b84de6bf3b124f53ba44d8c518f1db5f0dc894cbf13926e075be8ca4711685b49e855bf02d2fe72a768e621530845110fca63ccd8a88567cdac5b544789602cec6a5ccb8cc73b6ad76b65e91bbf580801c492f6c620dbc6f370c5a8953402d', NULL, '{"kdf": 1, "kem": 25722, "aead": 2, "hpke": "draft-ietf-hpke-pq-04"}', '2026-11-26 15:38:52.485771+00');


--
-- Data for Name: kms_health_checks; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: policy_kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.policy_kms_keys VALUES (1, 1, 1, 2, '2026-11-26 15:38:52.09978+00', '2026-11-26 15:38:52.09978+00');
INSERT INTO kw.policy_kms_keys VALUES (1, 2, 1, 1, '2026-11-26 15:38:52.09978+00', '2026-11-26 15:38:52.09978+00');
INSERT INTO kw.policy_kms_keys VALUES (2, 1, 1, 2, '2026-11-26 15:38:52.311346+00', '2026-11-26 15:38:52.311346+00');
INSERT INTO kw.policy_kms_keys VALUES (2, 2, 1, 1, '2026-11-26 15:38:52.311346+00', '2026-11-26 15:38:52.311346+00');
INSERT INTO kw.policy_kms_keys VALUES (3, 1, 1, 1, '2026-11-26 15:38:52.318187+00', '2026-11-26 15:38:52.318187+00');
INSERT INTO kw.policy_kms_keys VALUES (4, 3, 1, 1, '2026-11-26 15:38:52.34489+00', '2026-11-26 15:38:52.34489+00');
INSERT INTO kw.policy_kms_keys VALUES (5, 1, 1, 2, '2026-11-26 15:38:52.477413+00', '2026-11-26 15:38:52.477413+00');
INSERT INTO kw.policy_kms_keys VALUES (5, 2, 1, 1, '2026-11-26 15:38:52.477413+00', '2026-11-26 15:38:52.477413+00');
INSERT INTO kw.policy_kms_keys VALUES (5, 4, 1, 1, '2026-11-26 15:38:52.477413+00', '2026-11-26 15:38:52.477413+00');


--
-- Data for Name: rewrap_jobs; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.rewrap_jobs VALUES (1, 1, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (2, 1, NULL, NULL, NULL, '2026-11-26 15:38:52.563557+00', '2026-11-26 15:38:52.563557+00', 'done', 1, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (4, 3, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (5, 3, NULL, NULL, NULL, '2026-11-26 15:38:52.563557+00', '2026-11-26 15:38:52.563557+00', 'done', 1, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (7, 5, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (8, 5, NULL, NULL, NULL, '2026-11-26 15:38:52.563557+00', '2026-11-26 15:38:52.563557+00', 'done', 1, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (10, 6, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (11, 6, NULL, NULL, NULL, '2026-11-26 15:38:52.563557+00', '2026-11-26 15:38:52.563557+00', 'done', 1, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (13, 7, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (14, 7, NULL, NULL, NULL, '2026-11-26 15:38:52.563557+00', '2026-11-26 15:38:52.563557+00', 'done', 1, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (16, 8, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (17, 8, NULL, NULL, NULL, '2026-11-26 15:38:52.563557+00', '2026-11-26 15:38:52.563557+00', 'done', 1, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (19, 10, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (20, 10, NULL, NULL, NULL, '2026-11-26 15:38:52.563557+00', '2026-11-26 15:38:52.563557+00', 'done', 1, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (22, 11, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (23, 11, NULL, NULL, NULL, '2026-11-26 15:38:52.563557+00', '2026-11-26 15:38:52.563557+00', 'done', 1, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (25, 12, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 15:38:52.563557+00');
INSERT INTO kw.rewrap_jobs VALUES (26, 12, NULL, NULL, NULL, '2026-11-26 15:38:52.563557+00', '2026-11-26 15:38:52.563557+00', 'done', 1, NULL, '2026-11-26 15:38:52.563557+00');


--
-- Data for Name: settings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.settings VALUES ('cache_seconds', 60, '2026-11-26 15:38:52.349104+00');


--
-- Data for Name: signing_keys; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: Odd.Names; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public."Odd.Names" VALUES (1, '\xc1027c6d27fe83a1f86f000000015151983569f429c8777c5bcf1955176d42633e50c6e4d55f4209ab5371b85c0b78a1ab1127983dfaebbf2455dd96');


--
-- Data for Name: notes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notes VALUES (1, '\xc10235e43f852f69f5c500000001d85c3fb0b7850082e901586dd89a99885de605d067268b325b5e2014f0e1bec1ee493a774de10c110e11bb0a');


--
-- Data for Name: people; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.people VALUES (1, '\xc1024fb4a9f6f04a4b4600000001d28f61c4b0361512467ce4b6e9e36766d30a433fc2f65864b104b6156c099f061c0c7a0764e803263139fc', '\xc1025a9af30333d4f98e000000012536c57c1dbe59014aed44f58d76e265fbf019f56862492ff3eabe41ada2e5b5bf7fa8dc9955dafd2e7e75');
INSERT INTO public.people VALUES (2, '\xc1024fb4a9f6f04a4b46000000018905ecc7c536b8661525fd47d5c7b5dc3929cf9304d90f0e46f363adc2ff3c9320104affc47ecbde20454d', '\xc10166372b5254a686b0000000017492f44459a46931adeba0ab7fbe73c36af2b13184001a4b5c027bc3c78b46');
INSERT INTO public.people VALUES (3, '\xc1024fb4a9f6f04a4b460000000210259cf8cc4a0cf40c9d230d71a66c71166da9eab5e89edfc665254964677893f065a7aa96d438117ad752ae00', '\xc1025a9af30333d4f98e00000001f1837b808d6291546adb6113905d116e7ad4191ce287de87348dc6102b07d727487783152f8f7e34d8c56c');


--
-- Data for Name: tokens; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tokens VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\xc10132fb6d389ef2e8a2000000014e4f5a2ec921fac662c0a3a5ed88eb0ef87d6726191886a9b801acf0e3e0c0c71b', '\xc1026a8ff361544b0b6000000001de9d2bbe4149c7513f32a973bf8b9e4afa121abc24c7ef0fadcb886df76626c308b73343c621893f3fd6beb84bb9d7b1dac788e7186eb653d793');


--
-- Name: audit_events_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.audit_events_id_seq', 20, true);


--
-- Name: crypto_algorithms_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.crypto_algorithms_id_seq', 1000, true);


--
-- Name: encryption_policies_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.encryption_policies_id_seq', 5, true);


--
-- Name: key_wrapper_layers_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.key_wrapper_layers_id_seq', 1, true);


--
-- Name: key_wrappers_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.key_wrappers_id_seq', 12, true);


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
-- Name: rewrap_jobs_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.rewrap_jobs_id_seq', 27, true);


--
-- Name: signing_keys_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.signing_keys_id_seq', 1, false);


--
-- Name: Odd.Names Odd.Names_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."Odd.Names"
    ADD CONSTRAINT "Odd.Names_pkey" PRIMARY KEY (id);


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

