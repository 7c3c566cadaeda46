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

INSERT INTO kw.algorithm_statuses VALUES (4, 'deprecated', '2026-11-26 08:37:32.321972+00');


--
-- Data for Name: audit_events; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.audit_events VALUES (1, '2026-11-26 08:37:31.524373+00', 'postgres', 'postgres', 'add_provider', 'local', '{"kind": "local"}');
INSERT INTO kw.audit_events VALUES (2, '2026-11-26 08:37:31.541451+00', 'postgres', 'postgres', 'add_kms_key', 'key 1', '{"ref": "0.4.0-1", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (3, '2026-11-26 08:37:31.556473+00', 'postgres', 'postgres', 'add_kms_key', 'key 2', '{"ref": "0.4.0-2", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (4, '2026-11-26 08:37:31.56532+00', 'postgres', 'postgres', 'create_policy', 'default', '{"keys": [1, 2], "mode": "either", "layers": []}');
INSERT INTO kw.audit_events VALUES (5, '2026-11-26 08:37:31.938534+00', 'postgres', 'postgres', 'add_provider', 'branches', '{"kind": "wrapper"}');
INSERT INTO kw.audit_events VALUES (6, '2026-11-26 08:37:31.951564+00', 'postgres', 'postgres', 'create_policy', 'both', '{"keys": [1, 2], "mode": "both", "layers": []}');
INSERT INTO kw.audit_events VALUES (7, '2026-11-26 08:37:31.95272+00', 'postgres', 'postgres', 'create_policy', 'single', '{"keys": [1], "mode": "single", "layers": []}');
INSERT INTO kw.audit_events VALUES (8, '2026-11-26 08:37:31.981698+00', 'postgres', 'postgres', 'add_kms_key', 'key 3', '{"ref": "3d01eb8e-bf6c-4b16-928f-b870be77d5ff", "provider": "branches"}');
INSERT INTO kw.audit_events VALUES (9, '2026-11-26 08:37:32.002522+00', 'postgres', 'postgres', 'create_policy', 'branch', '{"keys": [3], "mode": "single", "layers": []}');
INSERT INTO kw.audit_events VALUES (10, '2026-11-26 08:37:32.013987+00', 'postgres', 'postgres', 'set_setting', 'cache_seconds', '{"value": 60}');
INSERT INTO kw.audit_events VALUES (11, '2026-11-26 08:37:32.143027+00', 'postgres', 'postgres', 'rewrap', 'wrapper 30a42cc5-693d-41db-a2a7-addc0f79ef27', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (12, '2026-11-26 08:37:32.1488+00', 'postgres', 'postgres', 'rewrap', 'wrapper 9e99de0e-ecae-495d-963d-970b24d562f3', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (13, '2026-11-26 08:37:32.150738+00', 'postgres', 'postgres', 'rewrap', 'wrapper 268bb65f-a218-46a0-9a83-00f657871594', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (14, '2026-11-26 08:37:32.156396+00', 'postgres', 'postgres', 'rewrap', 'wrapper c1a273c3-85ec-477c-9551-e71033d84730', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (15, '2026-11-26 08:37:32.163154+00', 'postgres', 'postgres', 'shred', 'public.people.diagnosis of key ''2''', '{"left": 0, "beneath": 0, "wrappers": 1}');
INSERT INTO kw.audit_events VALUES (16, '2026-11-26 08:37:32.166376+00', 'postgres', 'postgres', 'grant_field', 'public.people.ssn', '{"grantee": "pg_monitor", "may_read": true, "may_write": false}');
INSERT INTO kw.audit_events VALUES (17, '2026-11-26 08:37:32.216844+00', 'postgres', 'postgres', 'add_kms_key', 'key 4', '{"ref": "0.4.0-pq", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (18, '2026-11-26 08:37:32.221913+00', 'postgres', 'postgres', 'create_policy', 'layered', '{"keys": [1, 2], "mode": "either", "layers": [4]}');
INSERT INTO kw.audit_events VALUES (19, '2026-11-26 08:37:32.290903+00', 'postgres', 'postgres', 'shred', 'every row of public.notes.text', '{"left": 0, "beneath": 0, "wrappers": 1}');
INSERT INTO kw.audit_events VALUES (20, '2026-11-26 08:37:32.328769+00', 'postgres', 'postgres', 'set_algorithm_status', 'ML-KEM-1024', '{"status": "deprecated"}');


--
-- Data for Name: encryption_policies; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_policies VALUES (1, 'default', 'either', 'defined', 0, 0, NULL, NULL, '2026-11-26 08:37:31.557089+00', false);
INSERT INTO kw.encryption_policies VALUES (2, 'both', 'both', 'defined', 0, 0, NULL, NULL, '2026-11-26 08:37:31.940233+00', false);
INSERT INTO kw.encryption_policies VALUES (3, 'single', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-26 08:37:31.951951+00', false);
INSERT INTO kw.encryption_policies VALUES (4, 'branch', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-26 08:37:31.98224+00', false);
INSERT INTO kw.encryption_policies VALUES (5, 'layered', 'either', 'defined', 1, 1, NULL, NULL, '2026-11-26 08:37:32.219938+00', false);


--
-- Data for Name: kms_providers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_providers VALUES (1, 'local', 'local', '/var/lib/kwtools/keys', NULL, '{}', true, '2026-11-26 08:37:31.284761+00', NULL);
INSERT INTO kw.kms_providers VALUES (2, 'branches', 'wrapper', NULL, NULL, '{}', true, '2026-11-26 08:37:31.671942+00', NULL);


--
-- Data for Name: kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_keys VALUES (1, '3990b6ce-fef5-4111-bedc-8b6efec6d5da', 1, '0.4.0-1', '6u464P5GOhITtgMeZft5Sw1SDDNPZaJ-BegrMV924Ys', 'wrap', 'AES-256-GCM', 'active', '2026-11-26 08:37:31.528174+00', NULL, '8591b4a6-00e8-4bf6-81da-de38c203f29f');
INSERT INTO kw.kms_keys VALUES (2, '387c11f0-3913-46b3-923c-c8cf50060b7f', 1, '0.4.0-2', 'u-os_3EJyFi0Ap7LC6kGmpXGHv-dOTwQ4CUGRn_nyGk', 'wrap', 'AES-256-GCM', 'active', '2026-11-26 08:37:31.544184+00', NULL, '7e11e7c9-3195-4243-938e-2bf78eac1eac');
INSERT INTO kw.kms_keys VALUES (3, '01ec3128-a32e-4163-9ba5-aab4e8c67756', 2, '3d01eb8e-bf6c-4b16-928f-b870be77d5ff', '3d01eb8e-bf6c-4b16-928f-b870be77d5ff', 'wrap', 'AES-256-GCM', 'active', '2026-11-26 08:37:31.955784+00', NULL, '4a328ade-c204-489b-9b3c-a156a9697228');
INSERT INTO kw.kms_keys VALUES (4, '99240548-59ff-4090-8151-c1c805b1d55b', 1, '0.4.0-pq', 'q9us1PZ3def-oMkjhoAV0O860HoEegbh5RSDWmLRCLQ', 'wrap', 'ML-KEM-768+X25519', 'active', '2026-11-26 08:37:32.166712+00', '\x6c88b1aa223c8a2b1c253187cdd637954c4bd72239dd77644352800b8bc0e69a0ed40832ad210c51ea2d1d228a6cb53f6e7b1db098b4f716335ac2a29176730a9576e27890ff877b2fd23b656c300ba01922aa536b118048d02cf1610ffc5313d6e949c9c898f2758334b589e9182293cc9a5930151270b4c212ba40c923b78c0abb101696e93343823a42bc88c5eba4905086c91b2a02d85a05790fa718219356617f652216319998824b21f27e625567b3809090c34954fc82c2b11b70281a5264cdf964617c073695f9ae22d56827b3adf989774401708eb2701d223feb8c785d31b414b3725755ad4f40aee5da4146e06128c3aefb5a3d8568264e1306ab3b0f525c0ebd02681c4462844722e09974c330139d27348cfac16634c651db213412bd11c099a501b58ed88e2143720360ca8d2363e8a228887c6533fb526a759977337cda8b2dc48782117b984932041df294bfea01e7f41780564a17b05b71c532cba19a4cca46b23673ab74a4acb976dadc62efc931b2d02a9fe6af5d655d2679b6efc5b611c5c3c566005de9374ab277db7c382fe688fe7b5cdcec4929147e62b965c520b3d93c1654ca3c2a5967ff8642ddda32ab559062262f48238184738d845c4af05cc633dc3c20686bf898857c51ae9c928773798c7cc9bede538318f444c94992912000f1a3a0ddc7af4f597e18633f4ea10c405320c6404086117dbf124e9b169edcac1cdf62a47b38a93418c0530a33a2f919eeecc4349b99a91003a4302e4f6261e38b8c8a0b0767032bbbf252a042cb3d85742b740e2619b53bc43f844bc360bb5835455bb450ad20a3464924b025bcc2ff2095e03b66ef87abdbb67e50216bdbe15f5273c6c8e53bf95bb64149c25321b693d212be349193f24f75da205230986da2b98b3cb29d5a4894631bd03a63a479c1c48b160ce8a4296bb9998510a0d32bf4f851cae23fdef724459aa650d70773fa9556b9014a2124b6f46bd05087e58a2980276f3cea62c348181f13699d17cd81c8669b142d90a62400a553446878b9aa78ba19574a33413f761ed2d74c03b62b8948c3548c0bec0962cc76204fc4c70b4a87f7c240feac5f0aa08209c422357856fb876eb41c5fcd15614e49ae23229bf3e2c235d2502c4045c9c60b19f29a0598bd8c3093da15a75c874d32e2b4d3962a476514f5c361406192fec82525633a8cd5827289c625d05701388332f9c367b12e15eb98b8e99da37a44e5145d9b535ba1f585b0d5b94c48a27bd01c90a702ca50317140a9c13a9f77daaad7d69bf5564f685a83f23231e4a882b3aace824a289c376c6bc232311694f6b6c351c063a733307b5c8119419ebecb78fae110d77b8d93872a2bb1640f59be0b0b925fb38d6d41a77be26fa727bef440ba987015cefa5494160c98db1353f754c3c02cd3c02c148715bcc995fd05195fa392d70c1784828014b458b9e51a4ec3c4eda615c3b4a5adbb879932b22556872df2bc5fa005ce073b40a126b54cad2424533432be9e0c7177b841fcb998346211de0c345910ba92f20813800cf7e0ceb6376b6f0a6f8e75c932a5cf34a7902512ce4a33074b72c10a0c3007233b75fba4646bbdaa83328e6747fa63f6024e19a750ee8545db1a582ff727299614be0a13fe272b30f648f475e6d5d7bf198c05b8999e8eadcae3f35a45e665339f42f2cc08643f6d46552cd971', '315add12-72cc-4f35-bf93-df9fbde0f1f5');


--
-- Data for Name: key_wrappers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrappers VALUES (1, '3d01eb8e-bf6c-4b16-928f-b870be77d5ff', 1, 2, '\x01a88be03002796fbbddb787540adeb40c1b77d71c5515963210f5591e9ce69ab880b4b5c028049ede0010adb7143928d3ebafab433d66f944b6ab8fd4c65f2b612bdbe9083b3e80dc5dc7e7fea29d981238b5485d80b333a1fa27900be99ee3a8', '\x01b79f005251d8f714165821a9e31edf227ccb563268ff23322a5d2fc9461542282d62e734dfa86e9b1863cd383e5fb69dce2be89105f9d77875e5830dba7e45f28de7187a5806038cf5815ff5c3408533e4cddd254861868908231e46bfba7708', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3990b6ce-fef5-4111-bedc-8b6efec6d5da", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "387c11f0-3913-46b3-923c-c8cf50060b7f", "version": 1}], "mode": "either", "class": "branch", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "3c789c772e1d4df57a78ec68813e6feac6244c6f1a7e021e202f9c09f7fae04d"}', 1, 1, 1, 'branch', 1, 'active', '2026-11-26 08:37:31.955784+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (4, '9e99de0e-ecae-495d-963d-970b24d562f3', 1, NULL, '\x', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3990b6ce-fef5-4111-bedc-8b6efec6d5da", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "483ef3917a718fb91fc605634976130916aadacaf70e1e279d690e46ab63a7ac"}', 2, 2, NULL, 'field', 3, 'invalid', '2026-11-26 08:37:32.073057+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (3, '30a42cc5-693d-41db-a2a7-addc0f79ef27', 3, NULL, '\x01d6d7c7095541aeb9be1e417ded46f5570c3cac067146126d7ba261c33c91e19b4896948d5e59f5b99b4fb4b88f73c3532c7c8dced06bb4b000a608d0e9de246eb2fec79ebe204ba8c5f4e0f6f1ae83de40d1b0c704e5bcf992a4d0289b1258b8', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "01ec3128-a32e-4163-9ba5-aab4e8c67756", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "479d6e1b61b27912ce8a5a5161af2c42ef22a7da9769de9cde887e90eb8d8b73"}', 2, 2, NULL, 'field', 4, 'active', '2026-11-26 08:37:32.059955+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (2, '268bb65f-a218-46a0-9a83-00f657871594', 1, 2, '\x010966bea60f97d62722024dde05cacca9d9bab857ceccbaa0e777f6cabafa6757bc563624eb17fc378cf82b463bd6323748bf649b3cd21942e11d0e352e080d9bedadc972391876154587eab93108fd4e6ed444b460fcbf3ef1738f6b1f4c628f', '\x01725865e8f098ee84aaf6dc50604ab3ecbf2d07981b21474bf7f57153f2e76d301021caf5dbb82647f5d6259aa6d0011b9080cb96e7163e72f79d7b88547080f97d1709346415c5d3685351807f1e01ed16f6da7202080826b00b693c27f4d140', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3990b6ce-fef5-4111-bedc-8b6efec6d5da", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "387c11f0-3913-46b3-923c-c8cf50060b7f", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "d4a628c4d495d917535c2c82f8adb1ce21063983a0b11f23a98c1d56a1065c18"}', 2, 2, 2, 'field', 2, 'rotated', '2026-11-26 08:37:32.014357+00', '2026-11-26 08:37:32.114477+00', NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (5, 'c1a273c3-85ec-477c-9551-e71033d84730', 1, 2, '\x01b0b91944dbe8d783a9d976256336606e5afa79bce9a4869cdc53775c455aca4a4e593f03e1faf6b684e661aa59a01f6e3d8ac5a2a7cb9c87141b9d60f0bb32e38d2afdaf1e260f04b42927b53b2ccbd2ab6b5218482a6e724ce180f7faf51b6a', '\x019efacd2838c855b7bd8c0881551c0f19602dbd308a13600ff1b9af943c621ea2b86f209e1c64624438ab1eba2af9960c60e6f467b618e1b5f2063dc70ab1f490547c99035aedb7b45e247d8902eddbb0393bdff2fce4a6aa719f95511e0b5894', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3990b6ce-fef5-4111-bedc-8b6efec6d5da", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "387c11f0-3913-46b3-923c-c8cf50060b7f", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "fb4725f78ee48fdfc198759736472b372d71dc9d58cb1abb1dd7dee5fdc767ae"}', 2, 2, 2, 'field', 2, 'active', '2026-11-26 08:37:32.108949+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (6, 'c2a9ec4d-4882-4299-9bba-8fdfe0d9d927', 1, 2, '\x018d950a1ad671923aa5c0d23a0b8a608f266e6c7c9bc4bb59f34d9c251bd45c4bb03fecdcbace47b73e1d78e5eacab44b2b05d8dab825bc145db7b140ea5336c2e8b1f1bb51d81c09261dda99e0943580281365dd062b755dc4f82c791763d24354107e45625a44cbd59a28a0ac52e303', '\x01c16158edee77de3f3f5f3a82d7f9b5bfc733711cf8450044f391c2002b59f29a1ff2ceec132cc467c04034449bb531f76ba76b4e4070da20b4978cf68dd698f3e6c3fde5f9205da7b93a6e104ad98b9a9ae73598a0901138c3010df2fd5bbed1a7cc4fd4920617e1b8b7246807ff8505', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3990b6ce-fef5-4111-bedc-8b6efec6d5da", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "387c11f0-3913-46b3-923c-c8cf50060b7f", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [{"kem": "ML-KEM-768+X25519", "layer": 1, "digest": "42dbbe73dba970fad07f04e8fed51823e797ec1e146dd564b5d6e89d458cf54f", "kms_key": "99240548-59ff-4090-8151-c1c805b1d55b"}], "dek_bytes": 32, "commitment": "703d260ead690faff0aebd55551de94d1b289dc275ff1276b82d2530f56cd04f"}', 1, 1, 1, 'field', 5, 'active', '2026-11-26 08:37:32.227764+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (7, '82b52df6-ce4a-49e2-b398-c9deb1df221d', 1, 2, '\x01cfc6e7b49d409ea41a9bffa8c6db680aaf9e87bb220bb2d476863714f8c8b9b664bd837963fc22ae19a84854773f5533df89ee3fc77b43b553b705cafb617e8b728bffbaa796a2abefe5f1546a59b0aa3f2ef6bf7fecea943ec009d3f11ae3a1', '\x01bb21d10e2705f99fdef1ca3f370d3cb2911db66adba5a97569f3bed48c417a9b4e67ea6613612cf8328e1a96b1261b3fde733f8a6488d17215bd1cee9d79fb008b0af708d523d9b8b9a187e51f3a19dec5ed97a3f7279e5f559f15960bc17f2b', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3990b6ce-fef5-4111-bedc-8b6efec6d5da", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "387c11f0-3913-46b3-923c-c8cf50060b7f", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "484970bb691aa701752d0c21707fd44ed833eea553748560cce6b3aaac5dc3fc"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 08:37:32.242563+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (8, 'abfc9f2a-274d-4d25-b095-2f2ff4e9855c', 1, 2, '\x017c1ee1271e3123e64a391eee861d771d36358316a68cfbc62a1b5fd70a153111fea6f558f23af6826bd8b188a50c5c057b8edada455fb2af262b0ee89ca5272a020159c9fcda7adeca00149ef470f6c02d3476ee0ab8980d7f0d53b536c8943d', '\x01faeb536e73f5396d9b95ff4f6b99724fd8bdef90d6722779c0e902ead8a0698fea1c77bdcd9fd4bead8e668a1839cc1b651a3e94bb5028fd0c935c8c61af87467093d0aaa0d0b85cfa9f4415215187f233f4379ca57a67865bebca9f9eaf7383', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3990b6ce-fef5-4111-bedc-8b6efec6d5da", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "387c11f0-3913-46b3-923c-c8cf50060b7f", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "03dfec67bbe3e31ccf162f813c85bdd62b2f6d9cb1dad7532633ca4f3fa0f7a5"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 08:37:32.271693+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (9, '26cfd8d7-8939-4d02-a457-6e6b7b3b62ea', 1, 2, '\x', '\x', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3990b6ce-fef5-4111-bedc-8b6efec6d5da", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "387c11f0-3913-46b3-923c-c8cf50060b7f", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "f09c5139ac57d94703a31f9de770ea50f3777c0d8ab7cfdb8d935dd16b4c5cb4"}', 1, 1, 1, 'field', 1, 'invalid', '2026-11-26 08:37:32.279812+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (10, '060e8648-b2f1-4284-ae82-f0a8f3596c7c', 1, 2, '\x01c95ad43505a5f2bb65312021ab42f633c81e6112c016738af9870a8a92722f0be24ac3952ff3f2529863401afc5bf4637be4595c5bdfd86274903b0d1d0718582f9c1fdcf036ffb6feb755a5651e01903acd080b001eb4ef9d86cad2e374174e', '\x01d2919baec82c55c46468bb45fe8182a0fc8f05459be57ab64f791dbfdea4cdc683cad8d948427711c7159bb152d23d0fc6376e8ee57c150d0ef4d0df251a61e71e28f53589d05e8e8772f7f48afdd2a649d7bb08d5b0e97ee9b7dc2c51ff5fc6', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3990b6ce-fef5-4111-bedc-8b6efec6d5da", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "387c11f0-3913-46b3-923c-c8cf50060b7f", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "340a66f10eb48a7120d60c0c90c04d4a4faf5e7904feec2d7c7ae04dd6184d75"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 08:37:32.295781+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (11, 'b5b8d024-2145-45ed-8829-5432eee98bcc', 1, 2, '\x013036dfd5d66a96953c72642d9b8528702412a7cf7ed45b904e21ab5fbc249b13809fa85b96386c4c6af11d14e1d02954bf766aec475a7dd8a1f95a56781417a689afe243473b48a676a4084fe73f1b4038c0927e1b235c570d4fb6c61341f7eb', '\x013a92ca871a1d7f626f54c67070469d1720646bfba9efd1a5e06e2e6f9e89ae281ea6889771f50f9151def92ffb1515cf9df02e3ff18d51a0153024c2b871ff5151e4e65be7017e8d277008d3ff8eb423741b55c244ffb50618d2c1e3415a889e', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3990b6ce-fef5-4111-bedc-8b6efec6d5da", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "387c11f0-3913-46b3-923c-c8cf50060b7f", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "ea1f02d328c2069d44bcb218ccf817a32790221fa7ca81a000a1e1b0a96f3e21"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 08:37:32.303668+00', NULL, NULL, NULL, NULL);
INSERT INTO kw.key_wrappers VALUES (12, '10812a86-f15a-4cf3-8b78-9726b8cbdcec', 1, NULL, '\x01ea0e51c269a46b34ac8f6b2f01023cfe1195f0d1ebf40cf07f0c3d3cce9aa08c5765eb8db93aeac0ab923affc46a58683d936d5eaff031dc17cca709f2f1ee2546a1a56ce565d8cbec934c7b9f4ecb990871c1f0125aa1db06d108ef96fdfb6b', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "3990b6ce-fef5-4111-bedc-8b6efec6d5da", "version": 1}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "305f36658096348615d8f14b60d2e01dab770c4cd30e2ca99431a9d5beaa0ec2"}', 1, 1, NULL, 'field', 3, 'active', '2026-11-26 08:37:32.317337+00', NULL, 10, 'postgres', '8cef67c7-93a2-4566-b7b4-449883b347f2');


--
-- Data for Name: encryption_bindings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_bindings VALUES (2739672088890790549, 'public.people', '*', 'diagnosis', DEFAULT, 3, 1, 'live', '2026-11-26 08:37:32.059955+00', false);
INSERT INTO kw.encryption_bindings VALUES (6971074917732808007, 'public.people', '*', 'ssn', DEFAULT, 5, 2, 'live', '2026-11-26 08:37:32.014357+00', false);
INSERT INTO kw.encryption_bindings VALUES (2328028892690060124, 'public.people', '2', 'diagnosis', DEFAULT, 4, 1, 'shredded', '2026-11-26 08:37:32.073057+00', true);
INSERT INTO kw.encryption_bindings VALUES (8133864931508575172, 'public.tokens', '*', 'hint', DEFAULT, 6, 1, 'live', '2026-11-26 08:37:32.227764+00', false);
INSERT INTO kw.encryption_bindings VALUES (421322419298667470, 'public.tokens', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'secret', DEFAULT, 7, 1, 'live', '2026-11-26 08:37:32.242563+00', false);
INSERT INTO kw.encryption_bindings VALUES (4661384294525276212, 'public.notes', '*', NULL, DEFAULT, 8, 1, 'live', '2026-11-26 08:37:32.271693+00', false);
INSERT INTO kw.encryption_bindings VALUES (4518350795435182700, 'public.notes', '*', 'text', DEFAULT, 9, 1, 'shredded', '2026-11-26 08:37:32.279812+00', true);
INSERT INTO kw.encryption_bindings VALUES (4206517619883910858, 'acme.users', '*', 'email', DEFAULT, 10, 1, 'live', '2026-11-26 08:37:32.295781+00', false);
INSERT INTO kw.encryption_bindings VALUES (2652814727000260804, 'public."Odd.Names"', '*', 'f', DEFAULT, 11, 1, 'live', '2026-11-26 08:37:32.303668+00', false);


--
-- Data for Name: binding_generations; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.binding_generations VALUES (6971074917732808007, 1, 2, '2026-11-26 08:37:32.108949+00');


--
-- Data for Name: entities; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entities VALUES ('public.people', 17074, 'public.people', 'postgres', '2026-11-26 08:37:32.014357+00', 'integer');
INSERT INTO kw.entities VALUES ('public.tokens', 17081, 'public.tokens', 'postgres', '2026-11-26 08:37:32.227764+00', 'uuid');
INSERT INTO kw.entities VALUES ('public.notes', 17088, 'public.notes', 'postgres', '2026-11-26 08:37:32.271693+00', 'integer');
INSERT INTO kw.entities VALUES ('acme.users', NULL, 'acme.users', NULL, '2026-11-26 08:37:32.295781+00', NULL);
INSERT INTO kw.entities VALUES ('public."Odd.Names"', 17095, 'public."Odd.Names"', 'postgres', '2026-11-26 08:37:32.303668+00', 'integer');


--
-- Data for Name: entity_fields; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, false, NULL, '5ff06a66-2798-4562-bc05-02fae7951a09', true, false);
INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, true, NULL, 'b5c5889c-3c1a-4087-a7e9-baff12df5a9d', true, false);
INSERT INTO kw.entity_fields VALUES ('public.tokens', 'secret', NULL, true, false, NULL, 'db85a4f6-1e2c-49be-adbd-32500205521d', true, false);
INSERT INTO kw.entity_fields VALUES ('public.notes', 'text', NULL, false, true, NULL, '9b59c635-ba81-4bca-9200-861db969946d', true, false);


--
-- Data for Name: field_grants; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.field_grants VALUES ('public.people', 'ssn', 'pg_monitor', true, false, 'postgres', '2026-11-26 08:37:32.163583+00', '980fd774-4dbc-4a7e-9fe3-af8d1624381d', 17074, 10, 'postgres', 3373, '8cef67c7-93a2-4566-b7b4-449883b347f2');


--
-- Data for Name: kem_private_keys; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: key_wrapper_layers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrapper_layers VALUES (1, 6, 1, 4, 5, '\x6cc2a7a24f613318163808a39e127129f3ec467147549950fbf421cfcedf5b37f82fb3f41811b0f92cac23d33b54eb6051330456c911b29404b0f6a569514e9e1923fb33aa182d6a9cb9f7e105928420a2888a12384ed3d93b42b610ad0c976848d012394a059438d13d7e5fc84e90aa9e9f608c456b93f33fc98e081f5e553412678f3be7439448e212d0cd43bd54dee02f8b027c4e2af5f17e96ac26503c2f9817292fa6b6953a5e7671cdea33f6998acb2bc007f377050294e5ff5e3816c4a471a8d2e4f01980a6570858fc2b5733cd538ef9ed78f5d6b61330d2b24f30b708fc86cd7352deb3377ffedaae35fe3099f1fed8329c6d615cb7fa80a8323f062064008f47728707fec56b173a2429728e2ba1ca75783e23a6866506241d3b707d4c394a4ec7063c35dca16589c762edf2122e5ab7eae9fb8d543f25d5256ec25773686bfc3500c9d708bb8a32ad57935fbea897a230e7920ea8bb22076fde4faa6a933e30e0142306f547454a58cde191c04ef284f08f76fc79019c48dc4196375d40653ce840cad158bf4a81f04625328491a416a78d237abd2c769cf7a274c2b9413b404d49f7248c7872bbfddebda25cf1957a8a4114565feb86ace9542702ab8c99178f967f4ff94ace341e726f284f3a0402abe3ac1391be95e763a0bc1f2cbfad0dc0e228beeabd50453612719cfd78a8aafbfbc0a74a65998294ed7cf31a9435ffa6071c8c5f8d5c455579c153f088b1f2ae43ba322de3372de568d45afa27e4ed9ae20afc696e28a1ad425d8efb5a0c8bb075c3cc71e9cb0fb1f18d343bfc0610f1ced146059fce552aa31e6d5fd670e0f9edfe4abcc0fc03898edbbd66fc2393180ebe277638f440ac3b55b18953740541e01eb508983f830c004a4836ff4e6357724b25eb309c22b2ffd485302621fe2d6e7601401c915d89830afbe86ae66b56accea883b3ae0589727e2e2d41f685585982077fcaa7c548d3c18a87d7a5783b866c03e7c07d2170a987a6dc9e0e36c0ec621df91eb58a8bed3b0b32cb55463088348cbbe21a880d1c9f2a8810a8fa89efecf95e1015f5e035d39529a80b00b21141a17eb43e129b73acf69554e35061715848ec628aec60d4cd7dbe1c09fd6e2a73d0d05bc229733094643bc06b29417bc314818745806bdca82421871f75203cc20e2001def0840a5caed40ac31a5f004de9c214058873ff015280202e6a17bdef57b8db5a83e7f747cacb882d9128d924fc51b40e9f9096408b711fb0d4220c68597f2e1a0732275355148f49d6701383d6856c83a34f4472b8985aa1a034c8263c9d177fee04357dcd4ffec0c7f56913227667bcb1cebac189cdd5977f7659a3654999db2f01124f6ea44a4dea919d16f34add39c996dfdbaf1ec3d9a7c352fd46750222a6434870ebdef056b8e2ac1b01459d0152f6213ee98ce072e56336fdab8499e7bee9d7c01993946da11ea23cfcfd6837bf00d6bc44e938f8e3de41a8c6bd38579e1231a0c8e1a2ea06a6de0d9219203cddd6ee04af30a778933b83c745efb0b1bbeea1abf0d26d19daf9bb13ed62a2269ceb5845', '\x6c88b1aa223c8a2b1c253187cdd637954c4bd72239dd77644352800b8bc0e69a0ed40832ad210c51ea2d1d228a6cb53f6e7b1db098b4f716335ac2a29176730a9576e27890ff877b2fd23b656c300ba01922aa536b118048d02cf1610ffc5313d6e949c9c898f2758334b589e9182293cc9a5930151270b4c212ba40c923b78c0abb101696e93343823a42bc88c5eba4905086c91b2a02d85a05790fa718219356617f652216319998824b21f27e625567b3809090c34954fc82c2b11b70281a5264cdf964617c073695f9ae22d56827b3adf989774401708eb2701d223feb8c785d31b414b3725755ad4f40aee5da4146e06128c3aefb5a3d8568264e1306ab3b0f525c0ebd02681c4462844722e09974c330139d27348cfac16634c651db213412bd11c099a501b58ed88e2143720360ca8d2363e8a228887c6533fb526a759977337cda8b2dc48782117b984932041df294bfea01e7f41780564a17b05b71c532cba19a4cca46b23673ab74a4acb976dadc62efc931b2d02a9fe6af5d655d2679b6efc5b611c5c3c566005de9374ab277db7c382fe688fe7b5cdcec4929147e62b965c520b3d93c1654ca3c2a5967ff8642ddda32ab559062262f48238184738d845c4af05cc633dc3c20686bf898857c51ae9c928773798c7cc9bede538318f444c94992912000f1a3a0ddc7af4f597e18633f4ea10c405320c6404086117dbf124e9b169edcac1cdf62a47b38a93418c0530a33a2f919eeecc4349b99a91003a4302e4f6261e38b8c8a0b0767032bbbf252a042cb3d85742b740e2619b53bc43f844bc360bb5835455bb450ad20a3464924b025bcc2ff2095e03b66ef87abdbb67e50216bdbe15f5273c6c8e53bf95bb64149c25321b693d212be349193f24f75da205230986da2b98b3cb29d5a4894631bd03a63a479c1c48b160ce8a4296bb9998510a0d32bf4f851cae23fdef724459aa650d70773fa9556b9014a2124b6f46bd05087e58a2980276f3cea62c348181f13699d17cd81c8669b142d90a62400a553446878b9aa78ba19574a33413f761ed2d74c03b62b8948c3548c0bec0962cc76204fc4c70b4a87f7c240feac5f0aa08209c422357856fb876eb41c5fcd15614e49ae23229bf3e2c235d2502c4045c9c60b19f29a0598bd8c3093da15a75c874d32e2b4d3962a476514f5c361406192fec82525633a8cd5827289c625d05701388332f9c367b12e15eb98b8e99da37a44e5145d9b535ba1f585b0d5b94c48a27bd01c90a702ca50317140a9c13a9f77daaad7d69bf5564f685a83f23231e4a882b3aace824a289c376c6bc232311694f6b6c351c063a733307b5c8119419ebecb78fae110d77b8d93872a2bb1640f59be0b0b925fb38d6d41a77be26fa727bef440ba987015cefa5494160c98db1353f754c3c02cd3c02c148715bcc995fd05195fa392d70c1784828014b458b9e51a4ec3c4eda615c3b4a5adbb879932b22556872df2bc5fa005ce073b40a126b54cad2424533432be9e0c7177b841fcb998346211de0c345910ba92f20813800cf7e0ceb6376b6f0a6f8e75c932a5cf34a7902512ce4a33074b72c10a0c3007233b75fba4646bbdaa83328e6747fa63f6024e19a750ee8545db1a582ff727299614be0a13fe272b30f648f475e6d5d7bf198c05b8999e8eadcae3f35a45e665339f42f2cc08643f6d46552cd971', NULL, '{"kdf": 1, "kem": 25722, "aead": 2, "hpke": "draft-ietf-hpke-pq-04"}', '2026-11-26 08:37:32.227764+00');


--
-- Data for Name: kms_health_checks; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: policy_kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.policy_kms_keys VALUES (1, 1, 1, 2, '2026-11-26 08:37:31.557089+00', '2026-11-26 08:37:31.557089+00');
INSERT INTO kw.policy_kms_keys VALUES (1, 2, 1, 1, '2026-11-26 08:37:31.557089+00', '2026-11-26 08:37:31.557089+00');
INSERT INTO kw.policy_kms_keys VALUES (2, 1, 1, 2, '2026-11-26 08:37:31.940233+00', '2026-11-26 08:37:31.940233+00');
INSERT INTO kw.policy_kms_keys VALUES (2, 2, 1, 1, '2026-11-26 08:37:31.940233+00', '2026-11-26 08:37:31.940233+00');
INSERT INTO kw.policy_kms_keys VALUES (3, 1, 1, 1, '2026-11-26 08:37:31.951951+00', '2026-11-26 08:37:31.951951+00');
INSERT INTO kw.policy_kms_keys VALUES (4, 3, 1, 1, '2026-11-26 08:37:31.98224+00', '2026-11-26 08:37:31.98224+00');
INSERT INTO kw.policy_kms_keys VALUES (5, 1, 1, 2, '2026-11-26 08:37:32.219938+00', '2026-11-26 08:37:32.219938+00');
INSERT INTO kw.policy_kms_keys VALUES (5, 2, 1, 1, '2026-11-26 08:37:32.219938+00', '2026-11-26 08:37:32.219938+00');
INSERT INTO kw.policy_kms_keys VALUES (5, 4, 1, 1, '2026-11-26 08:37:32.219938+00', '2026-11-26 08:37:32.219938+00');


--
-- Data for Name: rewrap_jobs; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: settings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.settings VALUES ('cache_seconds', 60, '2026-11-26 08:37:32.011961+00');


--
-- Data for Name: signing_keys; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: Odd.Names; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public."Odd.Names" VALUES (1, '\xc10224d0b0f061c680c400000001facf197dcb0345b02e6f1d47bd95db7d01403fac41dabe4d82640be0283ab43cefd64ce8357782e55164205762f3');


--
-- Data for Name: notes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notes VALUES (1, '\xc1023eb4681bf4848a6c000000011d7d729bb56f597d1f99b864954c3360c41bdab157e364a461a775af1f0005ae10ec9ff0a9e5576690a4230f');


--
-- Data for Name: people; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.people VALUES (1, '\xc10260be3bb40e1975470000000187e746686cdcf82eb7eaff95faaff18c1d1871bac9d3f57687957800bda0e262e1e5f463c4a6228290a646', '\xc1022605453fdb63529500000001674508cb6a582f105ffc23fbea5cad33d873dac62f2b9c8de7f20a14328ed114c29bb7e094dc0cfd292525');
INSERT INTO public.people VALUES (2, '\xc10260be3bb40e19754700000001511227e2b0dab99271e66e6d483dc2cb680070747056cbf8d1428621db2be69cba26059fe68af365af39ab', '\xc101204ed1f187a3135c00000001ca5fc1a1596a04d309313c9b27d04d9228dd398b1161334206084489997f02');
INSERT INTO public.people VALUES (3, '\xc10260be3bb40e1975470000000231cee0c7afc0b137521a9f629bd30396388c63c9305d825760245d5869ee22b307658425638f0746de13b5d414', '\xc1022605453fdb63529500000001be22e05c46a7940cfb548b3030965b91cd9d4e54dd5da542342b20ae4619c1e759845b6b5ac8b2257e28da');


--
-- Data for Name: tokens; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tokens VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\xc10105d8d68212348bce00000001777329072cca7ef78200cfb4f19cc371c4864e56d42e477984026bc04cc2ce87a5', '\xc10270e14b0f65935bc400000001871f9e3e41660b3b67a03cc647a47a692f0218763ac5001ca6e758356c89ab4c24af7a45f93f254899b82abc6587efe21744145bfa1574a9e382');


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

SELECT pg_catalog.setval('kw.rewrap_jobs_id_seq', 1, false);


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

