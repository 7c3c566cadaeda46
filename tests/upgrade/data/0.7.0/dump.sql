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

INSERT INTO kw.algorithm_statuses VALUES (4, 'deprecated', '2026-11-27 03:07:39.486994+00');


--
-- Data for Name: audit_events; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.audit_events VALUES (1, '2026-11-27 03:07:38.349291+00', 'postgres', 'postgres', 'add_provider', 'local', '{"kind": "local"}');
INSERT INTO kw.audit_events VALUES (2, '2026-11-27 03:07:38.360963+00', 'postgres', 'postgres', 'add_kms_key', 'key 1', '{"ref": "0.7.0-1", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (3, '2026-11-27 03:07:38.369306+00', 'postgres', 'postgres', 'add_kms_key', 'key 2', '{"ref": "0.7.0-2", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (4, '2026-11-27 03:07:38.376607+00', 'postgres', 'postgres', 'create_policy', 'default', '{"keys": [1, 2], "mode": "either", "layers": []}');
INSERT INTO kw.audit_events VALUES (5, '2026-11-27 03:07:38.860562+00', 'postgres', 'postgres', 'add_provider', 'branches', '{"kind": "wrapper"}');
INSERT INTO kw.audit_events VALUES (6, '2026-11-27 03:07:38.872699+00', 'postgres', 'postgres', 'create_policy', 'both', '{"keys": [1, 2], "mode": "both", "layers": []}');
INSERT INTO kw.audit_events VALUES (7, '2026-11-27 03:07:38.877031+00', 'postgres', 'postgres', 'create_policy', 'single', '{"keys": [1], "mode": "single", "layers": []}');
INSERT INTO kw.audit_events VALUES (8, '2026-11-27 03:07:38.933574+00', 'postgres', 'postgres', 'add_kms_key', 'key 3', '{"ref": "871faf2c-5884-4285-8d77-3293b4a4266b", "provider": "branches"}');
INSERT INTO kw.audit_events VALUES (9, '2026-11-27 03:07:38.941062+00', 'postgres', 'postgres', 'create_policy', 'branch', '{"keys": [3], "mode": "single", "layers": []}');
INSERT INTO kw.audit_events VALUES (10, '2026-11-27 03:07:38.9483+00', 'postgres', 'postgres', 'set_setting', 'cache_seconds', '{"value": 60}');
INSERT INTO kw.audit_events VALUES (11, '2026-11-27 03:07:39.156898+00', 'postgres', 'postgres', 'rewrap', 'wrapper 4438709e-a409-4d97-a5ea-7a036b271e95', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (12, '2026-11-27 03:07:39.157862+00', 'postgres', 'postgres', 'rewrap', 'wrapper 718a36da-c5d3-4da1-8359-a58ad23e76ae', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (13, '2026-11-27 03:07:39.15867+00', 'postgres', 'postgres', 'rewrap', 'wrapper c658256e-951b-44e1-972d-9ac8e02aa9ca', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (14, '2026-11-27 03:07:39.176203+00', 'postgres', 'postgres', 'rewrap', 'wrapper e5c162be-9269-442b-8df7-cc96b25b6341', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (15, '2026-11-27 03:07:39.205192+00', 'postgres', 'postgres', 'shred', 'public.people.diagnosis of key ''2''', '{"left": 0, "beneath": 0, "wrappers": 1}');
INSERT INTO kw.audit_events VALUES (16, '2026-11-27 03:07:39.219742+00', 'postgres', 'postgres', 'grant_field', 'public.people.ssn', '{"grantee": "pg_monitor", "may_read": true, "may_write": false}');
INSERT INTO kw.audit_events VALUES (17, '2026-11-27 03:07:39.32002+00', 'postgres', 'postgres', 'add_kms_key', 'key 4', '{"ref": "0.7.0-pq", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (18, '2026-11-27 03:07:39.321264+00', 'postgres', 'postgres', 'create_policy', 'layered', '{"keys": [1, 2], "mode": "either", "layers": [4]}');
INSERT INTO kw.audit_events VALUES (19, '2026-11-27 03:07:39.391911+00', 'postgres', 'postgres', 'shred', 'every row of public.notes.text', '{"left": 0, "beneath": 0, "wrappers": 1}');
INSERT INTO kw.audit_events VALUES (20, '2026-11-27 03:07:39.488368+00', 'postgres', 'postgres', 'set_algorithm_status', 'ML-KEM-1024', '{"status": "deprecated"}');
INSERT INTO kw.audit_events VALUES (21, '2026-11-27 03:07:39.52453+00', 'postgres', 'postgres', 'set_policy_renewal', 'policy both', '{"max_wrap_age": "1 year", "renews_one_leg": true}');
INSERT INTO kw.audit_events VALUES (22, '2026-11-27 03:07:39.542296+00', 'postgres', 'postgres', 'create_policy', 'leaving', '{"keys": [1], "mode": "single", "layers": []}');
INSERT INTO kw.audit_events VALUES (23, '2026-11-27 03:07:39.728449+00', 'postgres', 'postgres', 'retire_generations', 'public.moved.f', '{"wrappers": 1}');
INSERT INTO kw.audit_events VALUES (24, '2026-11-27 03:07:39.78891+00', 'postgres', 'postgres', 'schedule_rewrap', '2 wrappers', '{"policy": "leaving", "kms_key_id": 1, "new_kms_key_id": 2}');
INSERT INTO kw.audit_events VALUES (25, '2026-11-27 03:07:39.826548+00', 'postgres', 'postgres', 'run_rewrap_jobs', '2 wrappers', '{"done": 2}');
INSERT INTO kw.audit_events VALUES (26, '2026-11-27 03:07:39.868268+00', 'postgres', 'postgres', 'shred', 'public.moved.f of 1 keys', '{"left": 0, "count": 1, "first": ["1"], "beneath": 0, "wrappers": 1}');


--
-- Data for Name: encryption_policies; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_policies VALUES (1, 'default', 'either', 'defined', 0, 0, NULL, NULL, '2026-11-27 03:07:38.371933+00', false, NULL, false);
INSERT INTO kw.encryption_policies VALUES (3, 'single', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-27 03:07:38.876341+00', false, NULL, false);
INSERT INTO kw.encryption_policies VALUES (4, 'branch', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-27 03:07:38.938995+00', false, NULL, false);
INSERT INTO kw.encryption_policies VALUES (5, 'layered', 'either', 'defined', 1, 1, NULL, NULL, '2026-11-27 03:07:39.320333+00', false, NULL, false);
INSERT INTO kw.encryption_policies VALUES (2, 'both', 'both', 'defined', 0, 0, NULL, NULL, '2026-11-27 03:07:38.861542+00', false, '1 year', true);
INSERT INTO kw.encryption_policies VALUES (6, 'leaving', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-27 03:07:39.534122+00', false, NULL, false);


--
-- Data for Name: kms_providers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_providers VALUES (1, 'local', 'local', '/var/lib/kwtools/keys', NULL, '{}', true, '2026-11-27 03:07:38.159368+00', NULL);
INSERT INTO kw.kms_providers VALUES (2, 'branches', 'wrapper', NULL, NULL, '{}', true, '2026-11-27 03:07:38.518469+00', NULL);


--
-- Data for Name: kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_keys VALUES (1, '761a582b-1ec7-4887-8feb-be3358446364', 1, '0.7.0-1', 'I1r28t6_mwyKr2iznW1o8KUlTSnlLJpMTvFMZ8logtI', 'wrap', 'AES-256-GCM', 'active', '2026-11-27 03:07:38.352043+00', NULL, '9ee4a9b7-7309-4794-a483-ba583cdc500e', '2026-11-27 03:07:38.352043+00');
INSERT INTO kw.kms_keys VALUES (2, '92fc2db3-05fd-4308-bcff-9ed0dcdb9923', 1, '0.7.0-2', 'yRb-gWhtxpUUsC-wuYvqXTK5V-YVbuJy8q5jXAos5FM', 'wrap', 'AES-256-GCM', 'active', '2026-11-27 03:07:38.363525+00', NULL, 'a00e8caf-e8e8-4db2-9dcf-45e15e798c51', '2026-11-27 03:07:38.363525+00');
INSERT INTO kw.kms_keys VALUES (3, 'f25b6778-0c5d-41ec-b27b-cab31e3eca40', 2, '871faf2c-5884-4285-8d77-3293b4a4266b', '871faf2c-5884-4285-8d77-3293b4a4266b', 'wrap', 'AES-256-GCM', 'active', '2026-11-27 03:07:38.877967+00', NULL, '2cf28921-bd92-4ef6-b43d-a4af589dda77', '2026-11-27 03:07:38.877967+00');
INSERT INTO kw.kms_keys VALUES (4, '4eb25408-ce31-4265-a12b-c509f07685d9', 1, '0.7.0-pq', 'pehRp78tHoDZQ9spUNm7VHk2Opv2YRl8EpL_gzsp1pw', 'wrap', 'ML-KEM-768+X25519', 'active', '2026-11-27 03:07:39.220012+00', '\x4bb41fd08c2bbd6759732221ff560228744bee69c117fb552941afaeb380037a7349930284aa2a48f91a8597bdd780981e56ae14a7895aa8900858a61d5772224c8103bc61b06752118094998a42a70a063a14566bd7c672b43a2db56d577c7fde142040279a0c418d30fabd68340310989e31688ca6813ecd43ca7e1a54b2980751931f4150a8c62091f76120988b829e5116270c9fbba0af5babb5dab0ce2ec2a7b698cb79565da6471297e8c310db72c8e79436a14fdaa95e607cc572427165b61f966784c13381adb9611e912ea3870a2ae6a67ec9bcb904508d49808c39af2805933ae572f6676ada6b4b6dc3b608652737db7ad5d43ce7573f907b9fc1769c8bc5a836917b07c70e20ab54f0cb2cf9c06e61f7b5f5366c4ea5b29f2c3d279ca67353c812536d4912caf587b84f6ba07489159e31302dc7065dc40198b6a1cea231419ca75e213beedaac0ea47539b63f04a495433b7cd86a8c62063e62fa0e49585548f5141ff971881a7b4f23b0ce294b64dc3f8789298bc67342387394f033a9cc4a726c61a12cb50708c5462a622aab063a93218aa2bb616872977792d6a8760f1ca65d95aff9d16c1e6081bf62087ac767a1f7b0cc41907d6ca7c8589ff9749a57f76905e348fa50c008e3cefc4c2f240047953a647f1ac735e04f05495fb980046725361d08b72ab6b8d62c32b0705a49744f3de090c206b829c9b74d7ca5f550bb2dd38706c23a14619b3e999e9bab9acb497c124551686413b7477aab22a34a438272336316464f66137629322ea7467101d7bef5b6657275a0e7e7ba1fcb15cf17bb35d8b071cb7cdb1b55fef211ecc62cc3ccb2c571bbe817371953c3347bcb027a30fdbba24571b7f52c1389260793d590d5e5bd27015cfba164154b8290b7a71b30651ea7ad64a0a054b05755c234788694cf25ada2900f3e505994b75e4d240adff9a6810036cd03b2d2532630d6a905e21f2f749c50699f496367599b80f25a523937602cfcb146ab9bd85c197ee7466a17b85e43ae1dd9a8a09698db7cb9b8c21b83852e3b5b13860532f3b46e1138cc66229bb6fa68a23a4536987d478044be86c38c0a6287db33a12c0a4cf0ac4c14950403a13c4716cbb898d639378631459e9a10a0237e92ba17ed76c5aa88aa2449b5c536c393446533e69bd3b739a7fc45c484483526401ba9836151cfe5b72bbef761f897ce145b8e02166e4727074e9ca537b39f616b40e061073a212038557046853888c3961a0a414b75bea29497a5ab1c7af85928438c4f2b648159af1ea029b3b2afa2c27add65ae847b8130d70840f00ed9306b6d72a947486e54e21e7e384a38c787b85006c4aa42c926773fc5bd21f09162238b4062bd7fb4bea276298ad52f5619aab617800b1a499973114ef3674405bf10f1cf52c81ec9f00def8241334cb827831d04862bc2b474feb15ad3815d1b7c478940378609792e348515cc5caa177a31668c1dd2b1ce67c4d191c7277b06b070c0241287c54137f677bc6e6652160a5e47955491891984e95a61401a0ea47be604bd0965c14a303892d837faa2c181f81ceda9702b5c6570c0cca747a9ce293a364338b1dac87392a304490399f76bfcb7552d90df487a63ed03006b1b0a5af775288328e214e28eeedc7128b34d7b946272d336261a656f66ccf1d1c9f3cf9ff1af6230228e0afa56c2014c4c1e04', '08c439e0-3851-484b-9a02-3ff91960efb1', '2026-11-27 03:07:39.220012+00');


--
-- Data for Name: key_wrappers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrappers VALUES (1, '871faf2c-5884-4285-8d77-3293b4a4266b', 1, 2, '\x01de9a6bd645d02fca7b88531607b76aaa66d7621468158f7751c55ba7614f0229358e47a1aade85a55c4179e6e7c6c3d9fac7fa170196768072d0c48021ed93efd718867120cb4b4b90c4b05ade3d80d18f50f6cf36be6d25297fbb6b670d64c1', '\x014450c542f36d2e334d13447c7d98f373a6c723a046da37150b9bfcb49618ca26114d70ba0a0ecabccca61ad2793e7d19939556689f1ff609e61c04cd90da12c631f6e5acf72563902b407ac2aa8d8dd2bb43f19bbd1eb64202787358f6e9ad25', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "761a582b-1ec7-4887-8feb-be3358446364", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "92fc2db3-05fd-4308-bcff-9ed0dcdb9923", "version": 1}], "mode": "either", "class": "branch", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "10950d0d53df0be786d35ac541b2f70a241f16a110fd6c0204430f5ce06f0236"}', 1, 1, 1, 'branch', 1, 'active', '2026-11-27 03:07:38.877967+00', NULL, NULL, NULL, NULL, '2026-11-27 03:07:38.877967+00', '2026-11-27 03:07:38.877967+00');
INSERT INTO kw.key_wrappers VALUES (4, '718a36da-c5d3-4da1-8359-a58ad23e76ae', 1, NULL, '\x', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "761a582b-1ec7-4887-8feb-be3358446364", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "d06304ec7f9e0830c292644427be8e89dfeeae7b7ac132f1e25c829200c79c62"}', 2, 2, NULL, 'field', 3, 'invalid', '2026-11-27 03:07:39.023003+00', NULL, NULL, NULL, NULL, '2026-11-27 03:07:39.133138+00', NULL);
INSERT INTO kw.key_wrappers VALUES (3, '4438709e-a409-4d97-a5ea-7a036b271e95', 3, NULL, '\x0195bd4a5ba107769f962b5035426d5854e65103df82696038ed60b20f7eacad52fa60663a0ed16f422715e993773c33e255f37341a1a6147551f3b818fc7421a66e1f27a0f77dc3a6b166fcc66b8602646c2778d33674b3b9ffe4957eae5cf451', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "f25b6778-0c5d-41ec-b27b-cab31e3eca40", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "c786ea8efeea807503f429bbc068b0f513c886c2ae53fb803b98bbe0c683265b"}', 2, 2, NULL, 'field', 4, 'active', '2026-11-27 03:07:39.010987+00', NULL, NULL, NULL, NULL, '2026-11-27 03:07:39.133138+00', NULL);
INSERT INTO kw.key_wrappers VALUES (2, 'c658256e-951b-44e1-972d-9ac8e02aa9ca', 1, 2, '\x01b619b591fad7f0c64b9d6c22bbba8d68c04b46ba309b40f7f03e55a812cf0c6a628705d6c76da6660d0a5fe81d957f77bd43fa3e2ad728271d64c41ea527506411a2faab1140b11b6be5850d8cd4dd9a19164417aa8a37576f85c3b3d2a73c42', '\x0179c5929c56eca4721815b59388af106cc6d584174bf92ce24d52e423660c99bc8ba76c98e7e728e1fb991402a2e630f07e33c22a9a34b05bf33e04ff97859e444b7f1ef9c4c3031e78699b9fcc0a5b8e58ea98112ed5f517e34db8a8132c9681', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "761a582b-1ec7-4887-8feb-be3358446364", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "92fc2db3-05fd-4308-bcff-9ed0dcdb9923", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "36c8b810fb68779f27cc7faba0c742e9942f55568ccdd03bb9bd157724a12837"}', 2, 2, 2, 'field', 2, 'rotated', '2026-11-27 03:07:38.954998+00', '2026-11-27 03:07:39.112134+00', NULL, NULL, NULL, '2026-11-27 03:07:39.133138+00', '2026-11-27 03:07:39.133138+00');
INSERT INTO kw.key_wrappers VALUES (5, 'e5c162be-9269-442b-8df7-cc96b25b6341', 1, 2, '\x01b9fe7826e0e4db4ed8c0261a883877aa3f45123dda1f51b5696bb92ea3da7a9d120f443270d0ec815a33332da176907d9ea089e5a5a380504d3e7a4262d8edc7498c88bca880b9b72bccd18e651c06e6e6dfda77d9d750ec7d4f6e0c43650c7a', '\x0146cadb6001d167816accb6165aee049d94c3fb7c816725ffe46a30434187f0333126c6fabd89862684e74feb66bb6a99fb5806ef32d00477471e7444fc444dd14be42bafedddfe783e998d71a0757f8ff490ef1814751ccc4e8226bf858cbd90', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "761a582b-1ec7-4887-8feb-be3358446364", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "92fc2db3-05fd-4308-bcff-9ed0dcdb9923", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "f7f149e5992604d9b2690175aaebd4b309b8948a974f5bc8a4cc2d24a424c2ff"}', 2, 2, 2, 'field', 2, 'active', '2026-11-27 03:07:39.091802+00', NULL, NULL, NULL, NULL, '2026-11-27 03:07:39.133138+00', '2026-11-27 03:07:39.133138+00');
INSERT INTO kw.key_wrappers VALUES (6, '8659581e-346e-4ba6-be01-c0e76f3cdf2f', 1, 2, '\x01f1a3287c87ac2459c6d7c65dc75a79e427115508c82c99033ce9634db7b4589647a977d81e035ac971b44ae7c3ddd3328d77b39e4ea21b95a17a6fe82b974b4e43dbcd3fdc091b94157d08d771ce01d63d94eee75d10847be01109f3b84b0c5f4e17bb5c6ad3bfdf67ef2d26fec876c0', '\x01f56e7c6adbd128d892b655821d594b3eac37933b3b13dbc4c2170da933e4a0d65e4c6a4e28f6860aed1544fb7a29e91284b04569f374fef64ec5c9353ad6d1cfe03f100a2ac8ab4a29a61dc567efbd1e66eebd66b37dd268b54344230698a8d10ec545b7bd59920bbca5d605ff7a23a0', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "761a582b-1ec7-4887-8feb-be3358446364", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "92fc2db3-05fd-4308-bcff-9ed0dcdb9923", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [{"kem": "ML-KEM-768+X25519", "layer": 1, "digest": "ee5a8b5319958d1f738705dc138aa12e0b5d9d1f60550382b6f32f63d68db7a9", "kms_key": "4eb25408-ce31-4265-a12b-c509f07685d9"}], "dek_bytes": 32, "commitment": "0e29ee430d3f353bfcd747c0b98a9159eb405f0378ae8f885afb1edc779382f5"}', 1, 1, 1, 'field', 5, 'active', '2026-11-27 03:07:39.322428+00', NULL, NULL, NULL, NULL, '2026-11-27 03:07:39.322428+00', '2026-11-27 03:07:39.322428+00');
INSERT INTO kw.key_wrappers VALUES (15, '233c28f9-daf9-4f26-a90a-075d61c78ddc', 1, NULL, '\x', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "761a582b-1ec7-4887-8feb-be3358446364", "version": 1}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "d50805199315343025c8b98cd93840c9fa816499d75df447eee023d22a018eb5"}', 1, 1, NULL, 'field', 6, 'invalid', '2026-11-27 03:07:39.832445+00', NULL, NULL, NULL, NULL, '2026-11-27 03:07:39.832445+00', NULL);
INSERT INTO kw.key_wrappers VALUES (7, '23efdbd0-f859-40c1-bf32-4ff181d85408', 1, 2, '\x015798d12722799e600deddaf2ec9dc6b9ae567efd13a66178fb33ec8355aac66cbd9f6a08f301b2364b21a25cc2cf029d42f5c9603ead8162a934ba2a1d0bf42d8f5b356aef03302bdc01b8578cbc9bfc49bdb89cab969eafdc7519182d382429', '\x011724fba61a479a15ce1c8647038e78231a22116cb7125c35a84202d2e6d261ff936711876022e73792afe215cbc612a79cfd78231db920f92558b5854950764e4d85a397dac6fa3c3a4a4d0125f769d56f2926119244b1267cb097c6b4464447', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "761a582b-1ec7-4887-8feb-be3358446364", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "92fc2db3-05fd-4308-bcff-9ed0dcdb9923", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "9f921a34e6f258006ea2675673ca44735d7b63e54b5e6cf3d52a48b2cfd299f0"}', 1, 1, 1, 'field', 1, 'active', '2026-11-27 03:07:39.340738+00', NULL, NULL, NULL, NULL, '2026-11-27 03:07:39.340738+00', '2026-11-27 03:07:39.340738+00');
INSERT INTO kw.key_wrappers VALUES (8, '2dee24f3-97bb-4270-9e48-f7a2fd038647', 1, 2, '\x013e6e54f4b96070b570c479c8af69d447874ae21f86b6af41e712dbbdb05a549314611d43439583821328fce42c8eb12a168202dec04a6d574cde1f1d868ca4f1d1cebaaad041fa34cf86b669a7e54c87e051a1fa853cf840e982c02cae192ab3', '\x014d50a3b441d645de3bb237d055de430e38b5e6001114cf2a15e78c0f6e54a03979554cbee6364609a573974cfbce959b36658e4c2b9c63a66cb48ced31c23dcee4178f2c1247df2b8109ac6151e0379dd4f062b73b6805d2a28a6b2440aacc95', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "761a582b-1ec7-4887-8feb-be3358446364", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "92fc2db3-05fd-4308-bcff-9ed0dcdb9923", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "d31bde3327176518f38ca619aaec048edb1a3b33250eb00399c3bceead2d524f"}', 1, 1, 1, 'field', 1, 'active', '2026-11-27 03:07:39.365109+00', NULL, NULL, NULL, NULL, '2026-11-27 03:07:39.365109+00', '2026-11-27 03:07:39.365109+00');
INSERT INTO kw.key_wrappers VALUES (9, '51f0c7c5-2550-4cb1-8e52-7aa13294d521', 1, 2, '\x', '\x', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "761a582b-1ec7-4887-8feb-be3358446364", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "92fc2db3-05fd-4308-bcff-9ed0dcdb9923", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "8de7fc458aa8db9133f5675c3f1b02e1ba469632121c38a50605aad1dbf94506"}', 1, 1, 1, 'field', 1, 'invalid', '2026-11-27 03:07:39.374986+00', NULL, NULL, NULL, NULL, '2026-11-27 03:07:39.374986+00', '2026-11-27 03:07:39.374986+00');
INSERT INTO kw.key_wrappers VALUES (10, 'eab19bf4-dcad-420f-a1f2-a1e66483e01d', 1, 2, '\x0119cfe74c0fab85ace952d429a9c80502ac7dd626c49188502d1043daa11c4046b573f351625e072ccb7b096ea41d8eb4be1f23a7533ee4089941ed28ee16ca178291c6c76ac9bcc8c2f5a441bad26644ab179d2c1016843b67ed7861b916462e', '\x017a074c5bf63822a6a52555885db8781b30070c364def20de125e2893f93f6b0a1ccb5522cd3e18b9ee1730676dce0ca89537121cd9bcbba796b93c1acbab7432c1f675f5a84ecc373be0525530f41c19b5621e521bc1903429436e8e4af125fb', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "761a582b-1ec7-4887-8feb-be3358446364", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "92fc2db3-05fd-4308-bcff-9ed0dcdb9923", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "3e039a18b12104ff0540e069e1332b11044bf50f96ade5e3120af3b3f1ed6e66"}', 1, 1, 1, 'field', 1, 'active', '2026-11-27 03:07:39.395103+00', NULL, NULL, NULL, NULL, '2026-11-27 03:07:39.395103+00', '2026-11-27 03:07:39.395103+00');
INSERT INTO kw.key_wrappers VALUES (11, '54e1c593-bc55-4a9b-9228-404cf88cf83a', 1, 2, '\x0191e8e656bc80b0988451d166b189bc8d90e3ac9716927ee6bf86e5fb10cc5d3dc9ef9b8c0db0797ddc4ff70b677de7ef5e25811331020620aaab922ebd6f578b2a7e1736f15faea328e6121b814fc7377354053bb53c289dfedd5b78e7ffdf6c', '\x0199ddb0152f50dba66ce42f31a5d0cce38b089f62755e7d24135672c12f3ac253e31b8bd8460d84ec3a1ac779ab4226ebeddcb5f6af9a7a63c2f6d7aae16df656c6574cf9922cd249b4eb082bd58d1927c8033a950398ef1f38b9ee9b56026d14', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "761a582b-1ec7-4887-8feb-be3358446364", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "92fc2db3-05fd-4308-bcff-9ed0dcdb9923", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "7be674a25a17d6a49506fbf884b34d17b42671c19caa65eceb23cea0a58ded64"}', 1, 1, 1, 'field', 1, 'active', '2026-11-27 03:07:39.422233+00', NULL, NULL, NULL, NULL, '2026-11-27 03:07:39.422233+00', '2026-11-27 03:07:39.422233+00');
INSERT INTO kw.key_wrappers VALUES (12, '8fb961e5-5391-4786-9198-40a6ec3fcbc3', 1, NULL, '\x015334c2dccca5c1daf031587f05e52656972c9bc813103b5f05f1f4a3e305232b12a42850d0a55051893cd999acc282d1f87852098549bed5e9b161ecaa01383c62f38594959ac6ff767402f3d3be54bb178615de2d510dfabaaffe45ad6a70f5', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "761a582b-1ec7-4887-8feb-be3358446364", "version": 1}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "2703976fd27a61f763d80df147b525ea65cf3070a7791c76bd8599ac648cfbf9"}', 1, 1, NULL, 'field', 3, 'active', '2026-11-27 03:07:39.479246+00', NULL, 10, 'postgres', '715617ba-6021-457f-968d-2d1d7cf48a67', '2026-11-27 03:07:39.479246+00', NULL);
INSERT INTO kw.key_wrappers VALUES (14, '63cb6060-8688-46a8-884f-8953e1e3cdd0', 2, NULL, '\x01997d527795d162b4623b7e88af173afac6920da67b71f0d892d6fad8ba101d664f3ae76abc85dce41c152b49c15d985a1ca1496b517e65dc666ecc89a481ad041100e05ebe1bb3d78dfd1e27061e0d92df3faf4911c223350e90f45650a85730', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "92fc2db3-05fd-4308-bcff-9ed0dcdb9923", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "1642881f848cc5853cda30b62bdc24eafb226e6869485bfa6900f387d83e4dcf"}', 2, 2, NULL, 'field', 6, 'active', '2026-11-27 03:07:39.597954+00', NULL, NULL, NULL, NULL, '2026-11-27 03:07:39.793964+00', NULL);
INSERT INTO kw.key_wrappers VALUES (13, '063132a0-11d5-41df-8748-ddf8a80616d5', 2, NULL, '\x01325c094d8517be7f9331db3afb329ccd401b75afc7d9e67ad5b0205cc82864745105cbc439eae556184e4357ecd674263428cbba4845d6ac4aaa5231665c5119a768ce4a1df1786e80fa6822739d2845c4a7801837418429061cbdd6711346f0', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "92fc2db3-05fd-4308-bcff-9ed0dcdb9923", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "087c376ca97a11c59aeabcc6883a6983eb75c5f81f040753c792f85d446aae8f"}', 2, 2, NULL, 'field', 6, 'retired', '2026-11-27 03:07:39.554015+00', '2026-11-27 03:07:39.602671+00', NULL, NULL, NULL, '2026-11-27 03:07:39.793964+00', NULL);


--
-- Data for Name: encryption_bindings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_bindings VALUES (3435767672434427342, 'public.people', '*', 'diagnosis', DEFAULT, 3, 1, 'live', '2026-11-27 03:07:39.010987+00', false);
INSERT INTO kw.encryption_bindings VALUES (7915071687349042293, 'public.people', '*', 'ssn', DEFAULT, 5, 2, 'live', '2026-11-27 03:07:38.954998+00', false);
INSERT INTO kw.encryption_bindings VALUES (2402612317213393637, 'public.people', '2', 'diagnosis', DEFAULT, 4, 1, 'shredded', '2026-11-27 03:07:39.023003+00', true);
INSERT INTO kw.encryption_bindings VALUES (2915947971155990584, 'public.tokens', '*', 'hint', DEFAULT, 6, 1, 'live', '2026-11-27 03:07:39.322428+00', false);
INSERT INTO kw.encryption_bindings VALUES (356659770159725264, 'public.tokens', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'secret', DEFAULT, 7, 1, 'live', '2026-11-27 03:07:39.340738+00', false);
INSERT INTO kw.encryption_bindings VALUES (5761940098168468221, 'public.notes', '*', NULL, DEFAULT, 8, 1, 'live', '2026-11-27 03:07:39.365109+00', false);
INSERT INTO kw.encryption_bindings VALUES (8070584812383575155, 'public.notes', '*', 'text', DEFAULT, 9, 1, 'shredded', '2026-11-27 03:07:39.374986+00', true);
INSERT INTO kw.encryption_bindings VALUES (4470504473577219697, 'acme.users', '*', 'email', DEFAULT, 10, 1, 'live', '2026-11-27 03:07:39.395103+00', false);
INSERT INTO kw.encryption_bindings VALUES (3691099163422573972, 'public."Odd.Names"', '*', 'f', DEFAULT, 11, 1, 'live', '2026-11-27 03:07:39.422233+00', false);
INSERT INTO kw.encryption_bindings VALUES (5668143229921449541, 'public.moved', '*', 'f', DEFAULT, 14, 2, 'live', '2026-11-27 03:07:39.554015+00', false);
INSERT INTO kw.encryption_bindings VALUES (752188105718407731, 'public.moved', '1', 'f', DEFAULT, 15, 1, 'shredded', '2026-11-27 03:07:39.832445+00', true);


--
-- Data for Name: binding_generations; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.binding_generations VALUES (7915071687349042293, 1, 2, '2026-11-27 03:07:39.091802+00');
INSERT INTO kw.binding_generations VALUES (5668143229921449541, 1, 13, '2026-11-27 03:07:39.597954+00');


--
-- Data for Name: entities; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entities VALUES ('public.people', 17180, 'public.people', 'postgres', '2026-11-27 03:07:38.954998+00', 'integer');
INSERT INTO kw.entities VALUES ('public.tokens', 17187, 'public.tokens', 'postgres', '2026-11-27 03:07:39.322428+00', 'uuid');
INSERT INTO kw.entities VALUES ('public.notes', 17194, 'public.notes', 'postgres', '2026-11-27 03:07:39.365109+00', 'integer');
INSERT INTO kw.entities VALUES ('acme.users', NULL, 'acme.users', NULL, '2026-11-27 03:07:39.395103+00', NULL);
INSERT INTO kw.entities VALUES ('public."Odd.Names"', 17201, 'public."Odd.Names"', 'postgres', '2026-11-27 03:07:39.422233+00', 'integer');
INSERT INTO kw.entities VALUES ('public.moved', 17208, 'public.moved', 'postgres', '2026-11-27 03:07:39.554015+00', 'integer');


--
-- Data for Name: entity_fields; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, false, NULL, '3ef2841d-73ca-4ef6-b410-5171cf6b0478', true, false);
INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, true, NULL, 'fabedfe3-f0ce-4bce-8891-0b32572fec58', true, false);
INSERT INTO kw.entity_fields VALUES ('public.tokens', 'secret', NULL, true, false, NULL, 'd72adc23-b07d-43ac-89cf-e119833a8d76', true, false);
INSERT INTO kw.entity_fields VALUES ('public.notes', 'text', NULL, false, true, NULL, '787940b8-ecf1-4227-872c-60f974d818b8', true, false);
INSERT INTO kw.entity_fields VALUES ('public.moved', 'f', NULL, true, false, NULL, 'eb47ef8e-d193-4f4e-995f-c91c6d5ed934', true, false);
INSERT INTO kw.entity_fields VALUES ('public.moved', 'f', NULL, true, true, NULL, '31841e22-578f-4fa2-9e5c-c016693cc271', true, false);


--
-- Data for Name: field_grants; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.field_grants VALUES ('public.people', 'ssn', 'pg_monitor', true, false, 'postgres', '2026-11-27 03:07:39.213354+00', 'b17ebef5-3607-449b-8e9b-c3ebb04a7a83', 17180, 10, 'postgres', 3373, '715617ba-6021-457f-968d-2d1d7cf48a67');


--
-- Data for Name: former_wraps; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.former_wraps VALUES (3, 2, '2026-11-27 03:07:39.391771+00');
INSERT INTO kw.former_wraps VALUES (6, 1, '2026-11-27 03:07:39.868053+00');


--
-- Data for Name: kem_private_keys; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: key_wrapper_layers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrapper_layers VALUES (1, 6, 1, 4, 5, '\x605bd91178f1bfd197b00796c58d0e6f2fcd6f5efe8c02a55c75dc07b827c200feb3851a25859953fda49926f197fbffaad988505525c6f5d596d08342d29c96d951c53a180b1ae77baaf6b83ce60f0938e6a897e0d30d5b465a850c03a516d8dc97ffa29f0048f16a681bef869a58ebbebb92ed3c0e3a81de16e5cd4b6601bd5724467ef6ae95d9110bf7024b2ec494c2d21c13fd14d4b012fdf9e19606f19e8bbabb1bd0d5af1546e82ec487bf91a4b38a48e49c7ba2f5ea3f71408e64158514e9033c8c7c650626005e5e671bf632ec98b15ae8355721589cb96b89d2afa4a7765ef773ca3c138e64c0af7e9e75c6674e1d66aa6baf3af6b8afecbf38f7b9265551b804da89d0cf96673eaa69e3268678a58fa058b21aedceb2c1c504bbe6cbae9a05160b4c223151a7eda7c24ffee8c09a76348ec6a4320dab4b258c96711e564be63a0a3ec426c7bddb029c8e60c49e7ca081cb0567de5d8cd63da50225f0a1a72503a9fa90bfe7020f48df48a24d4c4f0e76f94ad48ca5af7645c62877a8245acc9c1549f259500c1bc3d800d2cb0bac744a0b3fb0edbd3f8cbea778e23c1085cd8c3a290fd372b39358a54901248a95796687118ccb4e42592705800d1b06015307da42790c83de14f275529443e1d07c114213198ea49d25cd2988765d3c388819ca74730c78104c124eb55c013bff1b76274e1cd1a06d1ad432ab5427c4b2c1a1d0f1c230260c962ebd2494633adceac2569f990b5a91d0ae4fbb6582acf84bd272a050128859c3a6d8d5d4edec239e6231fac22ab35322d2fef662199ed2b85ac0cef5d3ce04f45e35bd427eb896c24e580d87fa87d6af790aafe7eae3fa13f97026f7c5dba99d2d83414d3f9cdcc5c81834772b8174bdc33188f387830993d2226221e7b51d365859bef9683af9aa772e5890744c151c2fcdb92ff07ec6ed5f27270b950e162b9c7b605a6f7540c06bdc772b15e6b61086b83a19e8be4f451ff5cf351e4801d3ec1dea35de75d08d0b0b6bcd42df4e974ab702193a558e423f675dba452ccab944e218cda4865133f31b5d960f7b76cd71024b8cbb0bdc16c5f9a3eb9f79b3689e96ed8f96380607ba37388aadfd134ac7002564eecbc0cb58f35633fca63b1cfb93909f653152425399b7ebb0725eaac5e5a7362d594152bccc4cd89fdeacd3d16425b875495c0a4891fda5c94164ba4e3ec4c910d472b49134dc6de58399efb0fa0ccb8d873d86d129f62b78437c4bbedd95789e72f055d808e16a4141981fcce40a2cfb2f62c6e86d7d07197911e72c1b1342fc1032ac2b4647d066e98f96fb72c664ad67c2ba57d2f0417e56f96546845520f6b1957c7f5d724316765ef7ad97c99b29042d0aff709174041e3f1e62e48c2ca98ee586ac13d026289cb5693b5d5f3714444b07525e3249153abffdc2d20bd660597b42f9efbdb7894279141a40297a4ee009ce5c751600b50f2736f1d282f5c07f0f36af58cbf8d4d0f07281964610613f802688cca783b391df08a66f2545b3bbcb36eae32d66a3bd15fb5761138d076edf6e3342df35cd464656270c846b', '\x4bb41fd08c2bbd6759732221ff560228744bee69c117fb552941afaeb380037a7349930284aa2a48f91a8597bdd780981e56ae14a7895aa8900858a61d5772224c8103bc61b06752118094998a42a70a063a14566bd7c672b43a2db56d577c7fde142040279a0c418d30fabd68340310989e31688ca6813ecd43ca7e1a54b2980751931f4150a8c62091f76120988b829e5116270c9fbba0af5babb5dab0ce2ec2a7b698cb79565da6471297e8c310db72c8e79436a14fdaa95e607cc572427165b61f966784c13381adb9611e912ea3870a2ae6a67ec9bcb904508d49808c39af2805933ae572f6676ada6b4b6dc3b608652737db7ad5d43ce7573f907b9fc1769c8bc5a836917b07c70e20ab54f0cb2cf9c06e61f7b5f5366c4ea5b29f2c3d279ca67353c812536d4912caf587b84f6ba07489159e31302dc7065dc40198b6a1cea231419ca75e213beedaac0ea47539b63f04a495433b7cd86a8c62063e62fa0e49585548f5141ff971881a7b4f23b0ce294b64dc3f8789298bc67342387394f033a9cc4a726c61a12cb50708c5462a622aab063a93218aa2bb616872977792d6a8760f1ca65d95aff9d16c1e6081bf62087ac767a1f7b0cc41907d6ca7c8589ff9749a57f76905e348fa50c008e3cefc4c2f240047953a647f1ac735e04f05495fb980046725361d08b72ab6b8d62c32b0705a49744f3de090c206b829c9b74d7ca5f550bb2dd38706c23a14619b3e999e9bab9acb497c124551686413b7477aab22a34a438272336316464f66137629322ea7467101d7bef5b6657275a0e7e7ba1fcb15cf17bb35d8b071cb7cdb1b55fef211ecc62cc3ccb2c571bbe817371953c3347bcb027a30fdbba24571b7f52c1389260793d590d5e5bd27015cfba164154b8290b7a71b30651ea7ad64a0a054b05755c234788694cf25ada2900f3e505994b75e4d240adff9a6810036cd03b2d2532630d6a905e21f2f749c50699f496367599b80f25a523937602cfcb146ab9bd85c197ee7466a17b85e43ae1dd9a8a09698db7cb9b8c21b83852e3b5b13860532f3b46e1138cc66229bb6fa68a23a4536987d478044be86c38c0a6287db33a12c0a4cf0ac4c14950403a13c4716cbb898d639378631459e9a10a0237e92ba17ed76c5aa88aa2449b5c536c393446533e69bd3b739a7fc45c484483526401ba9836151cfe5b72bbef761f897ce145b8e02166e4727074e9ca537b39f616b40e061073a212038557046853888c3961a0a414b75bea29497a5ab1c7af85928438c4f2b648159af1ea029b3b2afa2c27add65ae847b8130d70840f00ed9306b6d72a947486e54e21e7e384a38c787b85006c4aa42c926773fc5bd21f09162238b4062bd7fb4bea276298ad52f5619aab617800b1a499973114ef3674405bf10f1cf52c81ec9f00def8241334cb827831d04862bc2b474feb15ad3815d1b7c478940378609792e348515cc5caa177a31668c1dd2b1ce67c4d191c7277b06b070c0241287c54137f677bc6e6652160a5e47955491891984e95a61401a0ea47be604bd0965c14a303892d837faa2c181f81ceda9702b5c6570c0cca747a9ce293a364338b1dac87392a304490399f76bfcb7552d90df487a63ed03006b1b0a5af775288328e214e28eeedc7128b34d7b946272d336261a656f66ccf1d1c9f3cf9ff1af6230228e0afa56c2014c4c1e04', NULL, '{"kdf": 1, "kem": 25722, "aead": 2, "hpke": "draft-ietf-hpke-pq-04"}', '2026-11-27 03:07:39.322428+00');


--
-- Data for Name: kms_health_checks; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: policy_kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.policy_kms_keys VALUES (1, 1, 1, 2, '2026-11-27 03:07:38.371933+00', '2026-11-27 03:07:38.371933+00');
INSERT INTO kw.policy_kms_keys VALUES (1, 2, 1, 1, '2026-11-27 03:07:38.371933+00', '2026-11-27 03:07:38.371933+00');
INSERT INTO kw.policy_kms_keys VALUES (2, 1, 1, 2, '2026-11-27 03:07:38.861542+00', '2026-11-27 03:07:38.861542+00');
INSERT INTO kw.policy_kms_keys VALUES (2, 2, 1, 1, '2026-11-27 03:07:38.861542+00', '2026-11-27 03:07:38.861542+00');
INSERT INTO kw.policy_kms_keys VALUES (3, 1, 1, 1, '2026-11-27 03:07:38.876341+00', '2026-11-27 03:07:38.876341+00');
INSERT INTO kw.policy_kms_keys VALUES (4, 3, 1, 1, '2026-11-27 03:07:38.938995+00', '2026-11-27 03:07:38.938995+00');
INSERT INTO kw.policy_kms_keys VALUES (5, 1, 1, 2, '2026-11-27 03:07:39.320333+00', '2026-11-27 03:07:39.320333+00');
INSERT INTO kw.policy_kms_keys VALUES (5, 2, 1, 1, '2026-11-27 03:07:39.320333+00', '2026-11-27 03:07:39.320333+00');
INSERT INTO kw.policy_kms_keys VALUES (5, 4, 1, 1, '2026-11-27 03:07:39.320333+00', '2026-11-27 03:07:39.320333+00');
INSERT INTO kw.policy_kms_keys VALUES (6, 1, 1, 1, '2026-11-27 03:07:39.534122+00', '2026-11-27 03:07:39.534122+00');


--
-- Data for Name: rewrap_jobs; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.rewrap_jobs VALUES (2, 14, 2, NULL, NULL, '2026-11-27 03:07:39.793964+00', '2026-11-27 03:07:39.821487+00', 'done', 1, NULL, '2026-11-27 03:07:39.758331+00', 'rewrap', NULL, false, 11320, NULL);
INSERT INTO kw.rewrap_jobs VALUES (1, 13, 2, NULL, NULL, '2026-11-27 03:07:39.793964+00', '2026-11-27 03:07:39.826232+00', 'done', 1, NULL, '2026-11-27 03:07:39.758331+00', 'rewrap', NULL, false, 11320, NULL);
INSERT INTO kw.rewrap_jobs VALUES (3, 1, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (4, 1, NULL, NULL, NULL, '2026-11-27 03:07:39.873291+00', '2026-11-27 03:07:39.873291+00', 'done', 1, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (5, 3, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (6, 3, NULL, NULL, NULL, '2026-11-27 03:07:39.873291+00', '2026-11-27 03:07:39.873291+00', 'done', 1, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (7, 5, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (8, 5, NULL, NULL, NULL, '2026-11-27 03:07:39.873291+00', '2026-11-27 03:07:39.873291+00', 'done', 1, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (9, 6, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (10, 6, NULL, NULL, NULL, '2026-11-27 03:07:39.873291+00', '2026-11-27 03:07:39.873291+00', 'done', 1, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (11, 7, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (12, 7, NULL, NULL, NULL, '2026-11-27 03:07:39.873291+00', '2026-11-27 03:07:39.873291+00', 'done', 1, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (13, 8, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (14, 8, NULL, NULL, NULL, '2026-11-27 03:07:39.873291+00', '2026-11-27 03:07:39.873291+00', 'done', 1, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (15, 10, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (16, 10, NULL, NULL, NULL, '2026-11-27 03:07:39.873291+00', '2026-11-27 03:07:39.873291+00', 'done', 1, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (17, 11, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (18, 11, NULL, NULL, NULL, '2026-11-27 03:07:39.873291+00', '2026-11-27 03:07:39.873291+00', 'done', 1, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (19, 12, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (20, 12, NULL, NULL, NULL, '2026-11-27 03:07:39.873291+00', '2026-11-27 03:07:39.873291+00', 'done', 1, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (21, 14, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (22, 14, NULL, NULL, NULL, '2026-11-27 03:07:39.873291+00', '2026-11-27 03:07:39.873291+00', 'done', 1, NULL, '2026-11-27 03:07:39.873291+00', 'rewrap', NULL, false, NULL, NULL);


--
-- Data for Name: settings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.settings VALUES ('cache_seconds', 60, '2026-11-27 03:07:38.946995+00');


--
-- Data for Name: shred_receipts; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.shred_receipts VALUES (1, '718a36da-c5d3-4da1-8359-a58ad23e76ae', 4, 2402612317213393637, 1, 'public.people', '2', 'diagnosis', 'postgres', 'postgres', '2026-11-27 03:07:39.20373+00', '\xe46354ea43b53e690400b25138f446493024a5c2401be4fc1af0fa8c250b3447');
INSERT INTO kw.shred_receipts VALUES (2, '51f0c7c5-2550-4cb1-8e52-7aa13294d521', 9, 8070584812383575155, 1, 'public.notes', '*', 'text', 'postgres', 'postgres', '2026-11-27 03:07:39.391509+00', '\x59138d1c4c73d161135c72e05de0e58041b41e9dc80c096a01e9a2901ecf31b0');
INSERT INTO kw.shred_receipts VALUES (3, '233c28f9-daf9-4f26-a90a-075d61c78ddc', 15, 752188105718407731, 1, 'public.moved', '1', 'f', 'postgres', 'postgres', '2026-11-27 03:07:39.861694+00', '\xcad95d7ad0b250e2a8010b1f2470959f892e9e92231319d567cb87839482fc16');


--
-- Data for Name: signing_keys; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: Odd.Names; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public."Odd.Names" VALUES (1, '\xc10233396b22028b4594000000017efeff8bf116e965d628fb4f061d05119d5c012f7bc6de7f533d1914aa34836d0c020c6ba727651c3ea26114dba3');


--
-- Data for Name: moved; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.moved VALUES (1, '\xc1024ea94a3c8b80d6450000000228c530091f728e188a0ae7953eaed2ca10adbb48e6c3860eeb2079081d9e074c45bd9ad6f9e0d4e03b9b6e6d6f');


--
-- Data for Name: notes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notes VALUES (1, '\xc10270007a2087c91c730000000109aaeb53240b99f670b935084b9bb86bbd623ceaa0805f9b78f96f1517f98d29cdcc6f2783257821934557e1');


--
-- Data for Name: people; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.people VALUES (1, '\xc1026dd7fbc38830fc75000000012939e06d3f3ce36abc97d8214ee389e0dd96aafc69ec1ea62a860b8782b78586af1b9893cca7fa0b2f0afc', '\xc1022fae4c7e9e3985ce00000001151fac8a54b46cb7f37895dac8573c969a9cbedde5e60edc497bc92d832997f5025e50eb3dc38b250ec2a2');
INSERT INTO public.people VALUES (2, '\xc1026dd7fbc38830fc750000000113bff379a9247f0464f8ca4ca80287ecee9c3ed2240e6947125fc1bb315ddb9b13736a3c9e8c0c8b07cbe2', '\xc1012157cb2c447b82e500000001d607dbfdac00a469ff55d27f8c9a4ee2a3f573aba01956119b24a7924d684c');
INSERT INTO public.people VALUES (3, '\xc1026dd7fbc38830fc7500000002a8d6747352c65c34237af7e8911cef0f921d0acac4b2e48457478f52f7ee399cfec1e109ea1f3970dd0da70e95', '\xc1022fae4c7e9e3985ce0000000101cfe0c716ca13e4eb5b5d27b020586756b47b5de8ac80debd840b05ed0f36729fcb0c5220982f93ddfb1c');


--
-- Data for Name: tokens; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tokens VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\xc10104f31c2bda0afad000000001d0291bc43d2c691cccb4df7a5173ac80db0825afe6629b99501a4f6783ec17c92e', '\xc1022877873afc46183800000001445e0b8c5d6678c65553e8b51dade594164396b9a22bb24c8003dde7532548426482743fce5f252eb56944dbe73a58cb1d30fd4941c85d67e742');


--
-- Name: audit_events_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.audit_events_id_seq', 26, true);


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

SELECT pg_catalog.setval('kw.key_wrappers_id_seq', 15, true);


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

SELECT pg_catalog.setval('kw.rewrap_jobs_id_seq', 22, true);


--
-- Name: shred_receipts_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.shred_receipts_id_seq', 3, true);


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

