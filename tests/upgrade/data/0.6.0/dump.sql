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

INSERT INTO kw.algorithm_statuses VALUES (4, 'deprecated', '2026-11-26 20:06:02.566112+00');


--
-- Data for Name: audit_events; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.audit_events VALUES (1, '2026-11-26 20:06:00.686201+00', 'postgres', 'postgres', 'add_provider', 'local', '{"kind": "local"}');
INSERT INTO kw.audit_events VALUES (2, '2026-11-26 20:06:00.729672+00', 'postgres', 'postgres', 'add_kms_key', 'key 1', '{"ref": "0.6.0-1", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (3, '2026-11-26 20:06:00.741411+00', 'postgres', 'postgres', 'add_kms_key', 'key 2', '{"ref": "0.6.0-2", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (4, '2026-11-26 20:06:00.754857+00', 'postgres', 'postgres', 'create_policy', 'default', '{"keys": [1, 2], "mode": "either", "layers": []}');
INSERT INTO kw.audit_events VALUES (5, '2026-11-26 20:06:01.663664+00', 'postgres', 'postgres', 'add_provider', 'branches', '{"kind": "wrapper"}');
INSERT INTO kw.audit_events VALUES (6, '2026-11-26 20:06:01.671458+00', 'postgres', 'postgres', 'create_policy', 'both', '{"keys": [1, 2], "mode": "both", "layers": []}');
INSERT INTO kw.audit_events VALUES (7, '2026-11-26 20:06:01.673944+00', 'postgres', 'postgres', 'create_policy', 'single', '{"keys": [1], "mode": "single", "layers": []}');
INSERT INTO kw.audit_events VALUES (8, '2026-11-26 20:06:01.730655+00', 'postgres', 'postgres', 'add_kms_key', 'key 3', '{"ref": "2d369798-d9b0-4d96-80ad-584295c6abf6", "provider": "branches"}');
INSERT INTO kw.audit_events VALUES (9, '2026-11-26 20:06:01.754466+00', 'postgres', 'postgres', 'create_policy', 'branch', '{"keys": [3], "mode": "single", "layers": []}');
INSERT INTO kw.audit_events VALUES (10, '2026-11-26 20:06:01.768467+00', 'postgres', 'postgres', 'set_setting', 'cache_seconds', '{"value": 60}');
INSERT INTO kw.audit_events VALUES (11, '2026-11-26 20:06:02.034973+00', 'postgres', 'postgres', 'rewrap', 'wrapper bc6adda8-6f95-4998-927d-fe665490ec78', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (12, '2026-11-26 20:06:02.045091+00', 'postgres', 'postgres', 'rewrap', 'wrapper 867608e3-ce1b-44c6-a7b8-cea94cfb1622', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (13, '2026-11-26 20:06:02.063843+00', 'postgres', 'postgres', 'rewrap', 'wrapper 8a3119b9-f5b0-4b0b-aa4d-58d98a83c607', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (14, '2026-11-26 20:06:02.066058+00', 'postgres', 'postgres', 'rewrap', 'wrapper b63acfc2-f200-4d79-8dd6-0f3390ecb206', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (15, '2026-11-26 20:06:02.103268+00', 'postgres', 'postgres', 'shred', 'public.people.diagnosis of key ''2''', '{"left": 0, "beneath": 0, "wrappers": 1}');
INSERT INTO kw.audit_events VALUES (16, '2026-11-26 20:06:02.122667+00', 'postgres', 'postgres', 'grant_field', 'public.people.ssn', '{"grantee": "pg_monitor", "may_read": true, "may_write": false}');
INSERT INTO kw.audit_events VALUES (17, '2026-11-26 20:06:02.240511+00', 'postgres', 'postgres', 'add_kms_key', 'key 4', '{"ref": "0.6.0-pq", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (18, '2026-11-26 20:06:02.257645+00', 'postgres', 'postgres', 'create_policy', 'layered', '{"keys": [1, 2], "mode": "either", "layers": [4]}');
INSERT INTO kw.audit_events VALUES (19, '2026-11-26 20:06:02.461699+00', 'postgres', 'postgres', 'shred', 'every row of public.notes.text', '{"left": 0, "beneath": 0, "wrappers": 1}');
INSERT INTO kw.audit_events VALUES (20, '2026-11-26 20:06:02.576538+00', 'postgres', 'postgres', 'set_algorithm_status', 'ML-KEM-1024', '{"status": "deprecated"}');
INSERT INTO kw.audit_events VALUES (21, '2026-11-26 20:06:02.606488+00', 'postgres', 'postgres', 'set_policy_renewal', 'policy both', '{"max_wrap_age": "1 year", "renews_one_leg": true}');
INSERT INTO kw.audit_events VALUES (22, '2026-11-26 20:06:02.629166+00', 'postgres', 'postgres', 'create_policy', 'leaving', '{"keys": [1], "mode": "single", "layers": []}');
INSERT INTO kw.audit_events VALUES (23, '2026-11-26 20:06:02.813589+00', 'postgres', 'postgres', 'retire_generations', 'public.moved.f', '{"wrappers": 1}');
INSERT INTO kw.audit_events VALUES (24, '2026-11-26 20:06:02.840835+00', 'postgres', 'postgres', 'schedule_rewrap', '2 wrappers', '{"policy": "leaving", "kms_key_id": 1, "new_kms_key_id": 2}');
INSERT INTO kw.audit_events VALUES (25, '2026-11-26 20:06:02.864743+00', 'postgres', 'postgres', 'run_rewrap_jobs', '2 wrappers', '{"done": 2}');
INSERT INTO kw.audit_events VALUES (26, '2026-11-26 20:06:02.903477+00', 'postgres', 'postgres', 'shred', 'public.moved.f of 1 keys', '{"left": 0, "count": 1, "first": ["1"], "beneath": 0, "wrappers": 1}');


--
-- Data for Name: encryption_policies; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_policies VALUES (1, 'default', 'either', 'defined', 0, 0, NULL, NULL, '2026-11-26 20:06:00.742019+00', false, NULL, false);
INSERT INTO kw.encryption_policies VALUES (3, 'single', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-26 20:06:01.673264+00', false, NULL, false);
INSERT INTO kw.encryption_policies VALUES (4, 'branch', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-26 20:06:01.746042+00', false, NULL, false);
INSERT INTO kw.encryption_policies VALUES (5, 'layered', 'either', 'defined', 1, 1, NULL, NULL, '2026-11-26 20:06:02.255909+00', false, NULL, false);
INSERT INTO kw.encryption_policies VALUES (2, 'both', 'both', 'defined', 0, 0, NULL, NULL, '2026-11-26 20:06:01.667772+00', false, '1 year', true);
INSERT INTO kw.encryption_policies VALUES (6, 'leaving', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-26 20:06:02.627918+00', false, NULL, false);


--
-- Data for Name: kms_providers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_providers VALUES (1, 'local', 'local', '/var/lib/kwtools/keys', NULL, '{}', true, '2026-11-26 20:06:00.300711+00', NULL);
INSERT INTO kw.kms_providers VALUES (2, 'branches', 'wrapper', NULL, NULL, '{}', true, '2026-11-26 20:06:01.323777+00', NULL);


--
-- Data for Name: kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_keys VALUES (1, 'b35ba366-4045-4cee-a6d5-3675580e1caa', 1, '0.6.0-1', 'olZBTtdXSM2cIgHU8ndzMnKB0GuM8Vg-7OlYMrHa0vk', 'wrap', 'AES-256-GCM', 'active', '2026-11-26 20:06:00.691799+00', NULL, '6f4a2200-c082-4b6f-af1d-18b99d6ab49e', '2026-11-26 20:06:00.691799+00');
INSERT INTO kw.kms_keys VALUES (2, 'a50b4f6b-f83c-4e05-a9b0-24d33d6855b2', 1, '0.6.0-2', 'fENSlRUzTDvQP2KkeB0Z0Qv1W604EH1ij91gdllLRNo', 'wrap', 'AES-256-GCM', 'active', '2026-11-26 20:06:00.730349+00', NULL, 'c36b11fd-9d7d-4f9b-8d83-e84d40d08040', '2026-11-26 20:06:00.730349+00');
INSERT INTO kw.kms_keys VALUES (3, '988980d4-7c79-40ca-8554-fdf380ea2a29', 2, '2d369798-d9b0-4d96-80ad-584295c6abf6', '2d369798-d9b0-4d96-80ad-584295c6abf6', 'wrap', 'AES-256-GCM', 'active', '2026-11-26 20:06:01.67453+00', NULL, 'def684f3-e6be-440e-9a4f-72addb995719', '2026-11-26 20:06:01.67453+00');
INSERT INTO kw.kms_keys VALUES (4, '1d1567d0-a020-48d9-ae17-7fe96b665e54', 1, '0.6.0-pq', 'k7GtpyDGefY7FUuotuTSn3JV77f1f4uZDZ6tSysw9Io', 'wrap', 'ML-KEM-768+X25519', 'active', '2026-11-26 20:06:02.127987+00', '\x3827bf59589ac4b8b3b60a7407d95ae0393a3f7b587da94f7e8ba73b9b91c72164a82c65b8c54f1837207ef8a8c6f616c43a365670112df13682923ae4cca1fae5449e207f435920972a7a688a316576068d107e22803d69d164a0c3924bd14b29e73f222a06c90114f003c673b9cf4f764caf6494ce5ba6b1461562fcb5c5131f2eeacac6d45c1a821995c8472feb3f0911020e86b01ea79c7b348d6b73607a882140934576202979ba49a87b15e3b99ec14738de33c748b54d4a6a4e9c467675e38c2e4a0dc9f9ccf61c3da9e16117717840e5268930b6aff14b8b8b32bf36893adac63a266d9b160c5070c9df6b97c9b71d7ed3c09bb573f02a25d1f1b5bc754ce247cd9399701f070e99a4ab23b730e786805d08076777507614606ef16862412e2d97254cb504f92696a17cc14c789be169a8720005de5323e0355b2ef1197429c3cb582184155d57e493adda3eb5dc40181950a5f8679abc969216a836d501887277f17bbf1841063c551b66e72a6294c3200a7c0dc44da511bf97043e0a730ee9b115ed4192f42bc44ab9002a10bb289b588f505d391150fe810eb9fa51b31c95f8a33d0343af2d895e453c896133a5dc14090091a1d8ab2848520515f448ad7c2dd27acbcac7583a7b48264628b88a09440b0b2fd13829d113748bbf3faaa3cad3955a25925c1c80ba0b0d2d727761ca5064c961e6ba0128b374921a10c89a0b78e49ac1d51aad683c60950736f10e5fa4b7c8f8553217253ab4afa5b9c85fec332b34203a8a4b805a3ae53509b757a973038c4d79673b1c95114768f009a1426c5a7e774d6ac6b02cc9c52ae5614869b1db0721d3286b710b3198f9c379806048e1246a703ff849a7d3362fb7abafcdf86e916097bb103262c27cd620835fa54460ca517f16cbb026c2ff98819b807fdf697cbdc7a3485422a460aed1525e7180997d899456e6085300258afc9ade3bc658c53f494632ba987ee7c7c0783ab95a347fbce22393846e32b6235f05a8b591939d8368438b7e3c9158cb540ce54c17c3d5ccbff3802560820405251b911ba5c1785e195c845c0e15b4c5465774930a39405655b29b2940b3b571855827d45efc827356d3bf940843e54660a4da44ee2accf3ea4292ec59fa8596fde5c76d62c29ee12cd3663ad4391ed0b7c6d6d340cff49ebf1714204b77c4d79660a6763acb54c71470c8a745307327a52107f2a841b7a73504a83b8f1390fbb84c6503773463a518279b432778ec6629177126d6d29d4b9c648ca1186a795d6106a43af7ab95d2b8bd15893380bf65c50a8b3b433449c0eb1171ed57c1db64b765d9a56d98b9fb014dd70b7261c7341b190909d44decc655edd87e2b0c1db99b6c252a634f32a7c5fc46d887aab7bb945d952301a5afbbe57c89f50b9516bbb4b6617a353a497147f8092a0e5a38a30938c0a92ef4958404276602eba680824ce348919a5794034a0d37ccc4f54401f0c71bce90a2559b0e168504bb37867fd5156d9b51f5db39008c1e3706025c20acbeb3ba724453cb08207772686db6c862ec9cd18631ccfb74b792470e2b658b51c3de3b3a0600505d25b7580cb4e0f85c0c87b8572cb11ef195eef06b751b98a9eeb427092f33463237428c98ffc1ab94561aa3e47b00eaf884889cff6cab5d414a55aed48ea6db0d9617c8084c83edeff9e24a990db987cffe7c916c6a8a0b', '0b2d5977-65c9-4e15-b470-264698f9f375', '2026-11-26 20:06:02.127987+00');


--
-- Data for Name: key_wrappers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrappers VALUES (1, '2d369798-d9b0-4d96-80ad-584295c6abf6', 1, 2, '\x014907316a2b0fe53b5cc205a2bfc8d46ed8fd782f09d4ff379f3338a9946e11f21b4dc3013b29d8a013ca56f3b60621840a0a6d1065dd525be9174f955ebe7cfe533aa2127fbff0e473a1eaff3d29eb822a9a232bcffc5321f4e51ad9ab5b9be2', '\x019f7886ef0dce5cdc9893ca0d350298e60976d37209d584e5c7d1ba1093b84618af76267d269e9a01f8d7b64bf72f574d095f25160c7445f3a311870528a372b3d6dface39924735f4babfa73e1a5c2ab6b6b4723676c40148f818f757d2cf595', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b35ba366-4045-4cee-a6d5-3675580e1caa", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a50b4f6b-f83c-4e05-a9b0-24d33d6855b2", "version": 1}], "mode": "either", "class": "branch", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "ec0a888dfa02fd6069d7f33e34d7ba1709241d756751f11e1c54212f4b417105"}', 1, 1, 1, 'branch', 1, 'active', '2026-11-26 20:06:01.67453+00', NULL, NULL, NULL, NULL, '2026-11-26 20:06:01.67453+00', '2026-11-26 20:06:01.67453+00');
INSERT INTO kw.key_wrappers VALUES (4, '867608e3-ce1b-44c6-a7b8-cea94cfb1622', 1, NULL, '\x', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b35ba366-4045-4cee-a6d5-3675580e1caa", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "d0b5601e95b33164a462b840a0ab23bb6208b8b58b7d1f54067298f7d0648b4c"}', 2, 2, NULL, 'field', 3, 'invalid', '2026-11-26 20:06:01.867923+00', NULL, NULL, NULL, NULL, '2026-11-26 20:06:02.019794+00', NULL);
INSERT INTO kw.key_wrappers VALUES (3, 'bc6adda8-6f95-4998-927d-fe665490ec78', 3, NULL, '\x0104a6982ed08badb51168365d19b7fc57fa0f675e75bd2b43f20209219177f3d784b2a1f218d9eec5005d649eaac93c2b0454e344da4abbbf73a83bc7eb9e9aeefb5ada757802936f397f06901a445657afacc002467587c8cf09d14b3736844c', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "988980d4-7c79-40ca-8554-fdf380ea2a29", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "f0acbaac564b43bfd5017dca53baed46453fbe1bbba256ec2ef37d378821ca0a"}', 2, 2, NULL, 'field', 4, 'active', '2026-11-26 20:06:01.826068+00', NULL, NULL, NULL, NULL, '2026-11-26 20:06:02.019794+00', NULL);
INSERT INTO kw.key_wrappers VALUES (2, '8a3119b9-f5b0-4b0b-aa4d-58d98a83c607', 1, 2, '\x01710f2f5ffeca3966f21bf386f7f6b5562fafbf3898340c5e5df028a57eba852d0ef7dff1f74957eecd50c54c0ebd7d3f2c196322d46d0d3627aa05d66581b320b25464a80d8a02e2d42ed2356f53a6c0606ddc1c9eb9d9fb47a807f385715a05', '\x01417ac6dfbf74f3422569157c6ef9202a6472483e4181c7fbb803b33734ea1e55ae8aa21b19337752d65ca3b98fb843f422ea533a0b1d21d5f38aa1d31996d1df1dedc8e870f4d2d71cfa31ad949540001d61d169b32dda6eb6b1fd85481ad428', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b35ba366-4045-4cee-a6d5-3675580e1caa", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a50b4f6b-f83c-4e05-a9b0-24d33d6855b2", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "b87b08100ca7077d29636d3290f62d764210f3c4ac201ca52e487324796d8184"}', 2, 2, 2, 'field', 2, 'rotated', '2026-11-26 20:06:01.770844+00', '2026-11-26 20:06:01.981543+00', NULL, NULL, NULL, '2026-11-26 20:06:02.019794+00', '2026-11-26 20:06:02.019794+00');
INSERT INTO kw.key_wrappers VALUES (5, 'b63acfc2-f200-4d79-8dd6-0f3390ecb206', 1, 2, '\x0121cf86d2b132b24c7e8e6ddc6751cf432c3ded695f215f01969f98ff7b981f2d2270e039aa055f29e6658b8a9183b53d0005150af6a7c8be9edd2eaaddd2cfa77ddfd4890c9d65adfde8adad9d139a671e23ec9d6e8f0458f64f6156c48cb120', '\x0167dfd6accd823edaf7c063906c39548cb7c1d910d74fb8150b49977286bc27f1d364b204c5a46c3b724b188b5a0e36d0b0a41973ee8e5f5abac99a3c4fbc5c99d7c68a6dfffc8f7c22707583856cb0c259cf597fc6be6ada03ae5a5de7d9ef08', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b35ba366-4045-4cee-a6d5-3675580e1caa", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a50b4f6b-f83c-4e05-a9b0-24d33d6855b2", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "ce5ac653c991079fea2830965b6afc1ae5811532e6891c35311760242657fc0c"}', 2, 2, 2, 'field', 2, 'active', '2026-11-26 20:06:01.963793+00', NULL, NULL, NULL, NULL, '2026-11-26 20:06:02.019794+00', '2026-11-26 20:06:02.019794+00');
INSERT INTO kw.key_wrappers VALUES (6, '91850743-a021-4b58-8cdc-dfc974b96d95', 1, 2, '\x01a90174fc42ed58aaf17a67e5338dc79c556e5cfe280669d52cdf1fc104d4ce0fa89896a6fe030ba408404c54e37b87593e2f8ec93cce80b89eacbb67aa726ae954d04fff6382f18804e6ecfa22ffa233a7073aae82828413ae52b9c9c71ce784318861ab172a33957201b448edeafdb8', '\x01d1ff46e09024e87db0955d4b2f90bb1af4ad18c8a0fbe2ce947e679a178c11c9692e637c3430d57fcbb572fbf2d5c7d6ca9b1bd87a1345d8171e43109b608d50503c441343596b029be2d7952b109070baa6d3946183a2c4a0d6be16120b0dd348bb5731547be95ce7cb814eedefc5c9', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b35ba366-4045-4cee-a6d5-3675580e1caa", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a50b4f6b-f83c-4e05-a9b0-24d33d6855b2", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [{"kem": "ML-KEM-768+X25519", "layer": 1, "digest": "12a064fea10469e465f1b1baae757443ea29b9de657503540e21e5d9b810f208", "kms_key": "1d1567d0-a020-48d9-ae17-7fe96b665e54"}], "dek_bytes": 32, "commitment": "991b6b0a4c53567de4e8210061cc4a1fa3710016170653f09cff087882b0462d"}', 1, 1, 1, 'field', 5, 'active', '2026-11-26 20:06:02.283786+00', NULL, NULL, NULL, NULL, '2026-11-26 20:06:02.283786+00', '2026-11-26 20:06:02.283786+00');
INSERT INTO kw.key_wrappers VALUES (15, '540e9f43-c9da-4607-bd2f-4dd748b650ce', 1, NULL, '\x', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b35ba366-4045-4cee-a6d5-3675580e1caa", "version": 1}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "3d0fab4eb859558c93e7605b99eab599dcc46d1ff224b9198d1aff550b887202"}', 1, 1, NULL, 'field', 6, 'invalid', '2026-11-26 20:06:02.87983+00', NULL, NULL, NULL, NULL, '2026-11-26 20:06:02.87983+00', NULL);
INSERT INTO kw.key_wrappers VALUES (7, '6f5fa958-7ebd-4338-8f74-ace504abbfd7', 1, 2, '\x01b467ff342a7b34241368bb6e3299776847fa1e27b828c8c616c1d65430baf59c0e4fc0b23cffb0cde9e4b31ca241d0bb056c83505b356435a170b024e9144b10deea6990f4737f45913c03c49ff2d02303170791d61889da0b11906335221323', '\x01053001b57b32cd1b40ef4084f9c3e9db17bac19ba9779eefadd301c555097389fefc07ad0db5f25a171935580baa37f978a9bb1c05efd4f2bcbfe1ac01b0b1104127f596fa5bc712f314e0257627a7cac654503b2a7a6d37edf95684b477da6f', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b35ba366-4045-4cee-a6d5-3675580e1caa", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a50b4f6b-f83c-4e05-a9b0-24d33d6855b2", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "b69d4e9a6a926a4fc85fdc3b37f64f894dc17c0b83fe89ae6d9f3a5b84a0e2ef"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 20:06:02.335921+00', NULL, NULL, NULL, NULL, '2026-11-26 20:06:02.335921+00', '2026-11-26 20:06:02.335921+00');
INSERT INTO kw.key_wrappers VALUES (8, '92e2b580-c3c5-41f2-a522-eb0e35bfc300', 1, 2, '\x0125250d58d2c8bb2a3c5409bb27174b62438ac0eb68eabd03a853274655f46ac8f4376e69a71e90eb7cd6f69ae356dac8b85a8a0da23725491733299af152c14c2c237e24dc6adc1405add8d2db1ab60fc457712bb9527b379e764563d5f4db9d', '\x01df7826ae2122d706024a62a17c8a58eec5aba7cdc8d6215ec5cd628f475c32c23fccc726e054747766a241d67bfec377ea8a382411d12c506b033d6aeebdaa908fef5a5b931ac6afe19a6a039ec7df86ebdc325eb1694a6c3c567409975fb50f', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b35ba366-4045-4cee-a6d5-3675580e1caa", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a50b4f6b-f83c-4e05-a9b0-24d33d6855b2", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "375a744aa1e478dc280ff99530f3e1e1d5c246d19af38e23ca22d15e7b573ab9"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 20:06:02.403822+00', NULL, NULL, NULL, NULL, '2026-11-26 20:06:02.403822+00', '2026-11-26 20:06:02.403822+00');
INSERT INTO kw.key_wrappers VALUES (9, 'bc3936a7-f6f2-45ad-87f3-4714f30470f0', 1, 2, '\x', '\x', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b35ba366-4045-4cee-a6d5-3675580e1caa", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a50b4f6b-f83c-4e05-a9b0-24d33d6855b2", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "379102b537af14b995c2a1f987fd12be893e2d87885d5ae2240d994750557623"}', 1, 1, 1, 'field', 1, 'invalid', '2026-11-26 20:06:02.4151+00', NULL, NULL, NULL, NULL, '2026-11-26 20:06:02.4151+00', '2026-11-26 20:06:02.4151+00');
INSERT INTO kw.key_wrappers VALUES (10, '2130b81c-508f-4673-81ae-3cbf6bd5bfe7', 1, 2, '\x01ccd5d5da062cf928ce690a0220c31bd7a5e654a2693892663c5dc737de97a0653bf2ec0277d8fb8a4a78864dcb80fdeb7aaddc35930e20fef3eb78959d52d2b87356326990090821118aa8d0c8559f6b1840c3edffe7df8b5761e45e015c395f', '\x0167707940fcc7f527a73a63d55ba1b1cc2fd0fbca87755dc6da0799c1823f6e11593fdb00b4e376992903c56aa2166c06a827c32e11bdf1730767c6c69a71bf7c28600091dbb0a4aea8c589af4a7007601066545cdae71269918b886c806e8efa', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b35ba366-4045-4cee-a6d5-3675580e1caa", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a50b4f6b-f83c-4e05-a9b0-24d33d6855b2", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "6377f96e423c6d563c2d5039dd1fa3a2acd035734abb1561453886edd28ccb28"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 20:06:02.479938+00', NULL, NULL, NULL, NULL, '2026-11-26 20:06:02.479938+00', '2026-11-26 20:06:02.479938+00');
INSERT INTO kw.key_wrappers VALUES (11, 'df1bca2a-34f1-4c1e-8565-eaea404624d6', 1, 2, '\x01a00a8761b4d0fae5e74e90d672ecf95ea56f1b71a2dfc839579264bed681ba4ea63e2119144b06d098a08376b93c769972d7e2970357e2e40cd5a5a6a81643275d4451a516c71d2e4ff7972fa0bc4dc582d4db7be0a29beef792bd923e49ac2e', '\x013c0119baf9889ba0587af1789c694fbb26409287a0c6c06acdca842155e90aa0b4d3d8f7a283f43dc4e1f463f081b9a12de8f9a2fc0110d8d65330b8ca5e756de91acdb4b857ce1e276ed98dc9fa45b0ee6fd4db6c41d84c13b2a11335a0c4ac', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b35ba366-4045-4cee-a6d5-3675580e1caa", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a50b4f6b-f83c-4e05-a9b0-24d33d6855b2", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "37f0956760a6cbd5d488c83ed03dd0c824e1b763c49f1d9cf13d4e39cf18e5d9"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 20:06:02.511786+00', NULL, NULL, NULL, NULL, '2026-11-26 20:06:02.511786+00', '2026-11-26 20:06:02.511786+00');
INSERT INTO kw.key_wrappers VALUES (12, 'b7f77d75-ec45-49a4-91c2-ce296e492ab0', 1, NULL, '\x016bb01684e85234fa40442bb683cadfad782fe61b5ad9454391f4d50c9fd1940bbdbadef4009337257cd6b43c35d7f64a9a1fcc848beab8586cfa92c21ec5c5e6b07ac1fee97a1edac3ec60c02c120a384a711f51a9fc019342de04062b23c665', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "b35ba366-4045-4cee-a6d5-3675580e1caa", "version": 1}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "2ea39631fa24a9d474ea9c940baf5db0e4ecc998bcf48e4e683a1d2231406790"}', 1, 1, NULL, 'field', 3, 'active', '2026-11-26 20:06:02.556123+00', NULL, 10, 'postgres', 'e1c0c5cd-4498-47bc-8516-22ff96a90612', '2026-11-26 20:06:02.556123+00', NULL);
INSERT INTO kw.key_wrappers VALUES (14, '8d9521c2-0872-4870-a0bd-671bd04ae2b3', 2, NULL, '\x01176a4b6c33b778411824df9513e7ac1707446f8440cd20f60fa90d9701ebd490f93d8430b2b5d754f07147a250de19ed4171044c33e7441ba7a266022063b4233387ce04e52f5d47cfc2adc0ffacffc126316b19ea07943374bcb007e4c8fc68', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a50b4f6b-f83c-4e05-a9b0-24d33d6855b2", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "5400d5badaaae5daab16f54e9930b7d429aedb677457d151e399686d73210936"}', 2, 2, NULL, 'field', 6, 'active', '2026-11-26 20:06:02.703788+00', NULL, NULL, NULL, NULL, '2026-11-26 20:06:02.842857+00', NULL);
INSERT INTO kw.key_wrappers VALUES (13, 'ecd198d2-d6c1-46c4-9dd1-fa65e0d54cdd', 2, NULL, '\x011a640ee33e8523e1a44640852d2e924297dca396526c7b7026057e13feb9f5be5e8170c436ff7f70a8f0ebd731a8f55e2bee3b0adb1bfd7b56f4ba466b62a5fe099a7e5f327233022f2b59dcb3a740b13227f72d387c8301fb9660910e1dc22d', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "a50b4f6b-f83c-4e05-a9b0-24d33d6855b2", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "c3356f71853d4910be6706634fa059ad7c6255b6393c7bbbc4c7771bc45df0db"}', 2, 2, NULL, 'field', 6, 'retired', '2026-11-26 20:06:02.658043+00', '2026-11-26 20:06:02.707082+00', NULL, NULL, NULL, '2026-11-26 20:06:02.842857+00', NULL);


--
-- Data for Name: encryption_bindings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_bindings VALUES (141841859036894336, 'public.people', '*', 'diagnosis', DEFAULT, 3, 1, 'live', '2026-11-26 20:06:01.826068+00', false);
INSERT INTO kw.encryption_bindings VALUES (6179186939635008994, 'public.people', '*', 'ssn', DEFAULT, 5, 2, 'live', '2026-11-26 20:06:01.770844+00', false);
INSERT INTO kw.encryption_bindings VALUES (4463423513923007908, 'public.people', '2', 'diagnosis', DEFAULT, 4, 1, 'shredded', '2026-11-26 20:06:01.867923+00', true);
INSERT INTO kw.encryption_bindings VALUES (8025052932510107516, 'public.tokens', '*', 'hint', DEFAULT, 6, 1, 'live', '2026-11-26 20:06:02.283786+00', false);
INSERT INTO kw.encryption_bindings VALUES (996776881852173774, 'public.tokens', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'secret', DEFAULT, 7, 1, 'live', '2026-11-26 20:06:02.335921+00', false);
INSERT INTO kw.encryption_bindings VALUES (4786250794488544265, 'public.notes', '*', NULL, DEFAULT, 8, 1, 'live', '2026-11-26 20:06:02.403822+00', false);
INSERT INTO kw.encryption_bindings VALUES (5885403980830274807, 'public.notes', '*', 'text', DEFAULT, 9, 1, 'shredded', '2026-11-26 20:06:02.4151+00', true);
INSERT INTO kw.encryption_bindings VALUES (4870912713106517737, 'acme.users', '*', 'email', DEFAULT, 10, 1, 'live', '2026-11-26 20:06:02.479938+00', false);
INSERT INTO kw.encryption_bindings VALUES (4850690717922885834, 'public."Odd.Names"', '*', 'f', DEFAULT, 11, 1, 'live', '2026-11-26 20:06:02.511786+00', false);
INSERT INTO kw.encryption_bindings VALUES (4756500085021819068, 'public.moved', '*', 'f', DEFAULT, 14, 2, 'live', '2026-11-26 20:06:02.658043+00', false);
INSERT INTO kw.encryption_bindings VALUES (3046757511830786177, 'public.moved', '1', 'f', DEFAULT, 15, 1, 'shredded', '2026-11-26 20:06:02.87983+00', true);


--
-- Data for Name: binding_generations; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.binding_generations VALUES (6179186939635008994, 1, 2, '2026-11-26 20:06:01.963793+00');
INSERT INTO kw.binding_generations VALUES (4756500085021819068, 1, 13, '2026-11-26 20:06:02.703788+00');


--
-- Data for Name: entities; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entities VALUES ('public.people', 17176, 'public.people', 'postgres', '2026-11-26 20:06:01.770844+00', 'integer');
INSERT INTO kw.entities VALUES ('public.tokens', 17183, 'public.tokens', 'postgres', '2026-11-26 20:06:02.283786+00', 'uuid');
INSERT INTO kw.entities VALUES ('public.notes', 17190, 'public.notes', 'postgres', '2026-11-26 20:06:02.403822+00', 'integer');
INSERT INTO kw.entities VALUES ('acme.users', NULL, 'acme.users', NULL, '2026-11-26 20:06:02.479938+00', NULL);
INSERT INTO kw.entities VALUES ('public."Odd.Names"', 17197, 'public."Odd.Names"', 'postgres', '2026-11-26 20:06:02.511786+00', 'integer');
INSERT INTO kw.entities VALUES ('public.moved', 17204, 'public.moved', 'postgres', '2026-11-26 20:06:02.658043+00', 'integer');


--
-- Data for Name: entity_fields; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, false, NULL, 'fde861e9-aeda-4f0a-8cf6-35b1ed4811e7', true, false);
INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, true, NULL, 'ad7184b6-9875-459b-b35c-0b79d2cca546', true, false);
INSERT INTO kw.entity_fields VALUES ('public.tokens', 'secret', NULL, true, false, NULL, 'ca1847db-064a-4ffb-9850-5a8494220a73', true, false);
INSERT INTO kw.entity_fields VALUES ('public.notes', 'text', NULL, false, true, NULL, '2696249d-d322-4256-90e4-e97734ff1faa', true, false);
INSERT INTO kw.entity_fields VALUES ('public.moved', 'f', NULL, true, false, NULL, 'b8223f0e-2739-47d7-85be-0050cff6087e', true, false);
INSERT INTO kw.entity_fields VALUES ('public.moved', 'f', NULL, true, true, NULL, '5dabcac4-424c-4f41-8ce4-28042676da85', true, false);


--
-- Data for Name: field_grants; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.field_grants VALUES ('public.people', 'ssn', 'pg_monitor', true, false, 'postgres', '2026-11-26 20:06:02.119799+00', 'a74e65a2-fa61-47b3-860d-90fc76e422a2', 17176, 10, 'postgres', 3373, 'e1c0c5cd-4498-47bc-8516-22ff96a90612');


--
-- Data for Name: former_wraps; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.former_wraps VALUES (3, 2, '2026-11-26 20:06:02.461517+00');
INSERT INTO kw.former_wraps VALUES (6, 1, '2026-11-26 20:06:02.903286+00');


--
-- Data for Name: kem_private_keys; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: key_wrapper_layers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrapper_layers VALUES (1, 6, 1, 4, 5, '\x9c457e165f41b3bb7da2390c36e9bd89f89057eea3fa6010caea424225a871e75ed93979ccf1ea70bf5aaecbde3b0b0b1213e2eb99c4def5d93da42c61ac17dfa3663111481418a8eb4e22d2d95d73e2988c925179b89aabdea4a97216a2610df15ad33da7bb4b990ed9edfc914d36e13935e4aa2594a21ae9126bf4140006ac92e5eae95410751f9a52d1e124d0a2264b2fb785dd3c238c278f3820e614e1e87d834b5c650a2134fa926f1e10326b9cfafef77d4ea9b80cf9358f9e17d8718275e5a9ade417535837dff1e64b30bab36a05010e4286a521e58ee0c6bf4e0b187678f2e7336bbe8bffd815c86f4de6424fa23cac2d95cbca7b21a33e0aa1f02988f5f97e542609a5e17734859304256ec95ebbcffea01b931ab0c1db63e0d21b97e86f994742676a7d238b36934d0b65c0fb736f664cd26bd7231b458de1394d134f767a1861c2de9124478c9b346cacb0f0d30cfc43c3e9bd56348488dcce214724eabf7660aeb5bd43674feccede1569c6ad845c8f9cca8f05a2f94f864223506b6f59e94aea16600ce96b94a5676e8d7b7ff49d1158a58b3ab67161f16104798c2bfaa2a8dac811ecc3a7d6f800b6dfc2bb79d0a497319d1527ab84e5eeab3af273d74cc10e3866a409b1c70cabe905a4abdbe85fcb3858e323a575031151833edc03b7244fd5cf3c624022100dbb1833290957a0bb1366c565af03958f14478449fc18c6d29d9009aa2a64ce223b7578dc44b923b12832f0252bedf4141f39c704171b1cdd7836890112b2879cf525f11b94b4dbf7dd8448605bb920c601a3d8d00ed2d565866af0777209939f10f78ef33edc6cab0ceea90faf4a36e4d21e88622288594fd3868212198e6e7c79a799c80826a7f6c6c2eacdea8e1d6ce8a26d484f9c11f82150a627b15917a0100aa36ef00886e08f7fe60383367ca1b2a7c97be8e7ef002c9ebaee42387979bbc583bb058862d5033cd31c6826d0afc286b98dda23093ecdea3117d301ab6a2e42b1f971e441729016ef3ee4b0a4520785ad0c759faef57ee56b30bf306770aface3526421039a66ce6d8b6a8d4759bbf545771f57fcaa134e55c32157339950dfdf46a0b5ca8debbd6e44c8eab734d3986129b6826eee60374b096ccbf5119a21241cd9f86c41f1219ddae61faab4c0c5b4a326fa3879f3a524613d5fd9caa6da96b08c338725bc31387731d09e0cb713f4113ba30aeea5964f712e7cfacfbc97fac5b134595f12f3088b9f0bc6d7cdf087e3774b4fb1edc1b090c4e936abc0899d1fd9c4e8f412d094686d2fcbe6b9433fd23715bcfefdf48b5ed23bd656c182b74f3e38f7c3fe5582f8c4580b2c3c45288adec2d6d77f0129288d0539c0071548065a757037f05c5a2458d4637b74ab08aa7662daa3f4ebc7f8aad6f7fedccc725cde296b2f193dbaf4991022a57f84a7380234aaf316af6485637ef2fc915db38650cb7af189f365f3bb53ef3c96f5413b66081db7fd849c3796d961f873b6d405500a21da1a2bfc613838042f790cbcace915523fd12bb62b982b550cc4dabd0a876bae3ef39f3e871783e3564e', '\x3827bf59589ac4b8b3b60a7407d95ae0393a3f7b587da94f7e8ba73b9b91c72164a82c65b8c54f1837207ef8a8c6f616c43a365670112df13682923ae4cca1fae5449e207f435920972a7a688a316576068d107e22803d69d164a0c3924bd14b29e73f222a06c90114f003c673b9cf4f764caf6494ce5ba6b1461562fcb5c5131f2eeacac6d45c1a821995c8472feb3f0911020e86b01ea79c7b348d6b73607a882140934576202979ba49a87b15e3b99ec14738de33c748b54d4a6a4e9c467675e38c2e4a0dc9f9ccf61c3da9e16117717840e5268930b6aff14b8b8b32bf36893adac63a266d9b160c5070c9df6b97c9b71d7ed3c09bb573f02a25d1f1b5bc754ce247cd9399701f070e99a4ab23b730e786805d08076777507614606ef16862412e2d97254cb504f92696a17cc14c789be169a8720005de5323e0355b2ef1197429c3cb582184155d57e493adda3eb5dc40181950a5f8679abc969216a836d501887277f17bbf1841063c551b66e72a6294c3200a7c0dc44da511bf97043e0a730ee9b115ed4192f42bc44ab9002a10bb289b588f505d391150fe810eb9fa51b31c95f8a33d0343af2d895e453c896133a5dc14090091a1d8ab2848520515f448ad7c2dd27acbcac7583a7b48264628b88a09440b0b2fd13829d113748bbf3faaa3cad3955a25925c1c80ba0b0d2d727761ca5064c961e6ba0128b374921a10c89a0b78e49ac1d51aad683c60950736f10e5fa4b7c8f8553217253ab4afa5b9c85fec332b34203a8a4b805a3ae53509b757a973038c4d79673b1c95114768f009a1426c5a7e774d6ac6b02cc9c52ae5614869b1db0721d3286b710b3198f9c379806048e1246a703ff849a7d3362fb7abafcdf86e916097bb103262c27cd620835fa54460ca517f16cbb026c2ff98819b807fdf697cbdc7a3485422a460aed1525e7180997d899456e6085300258afc9ade3bc658c53f494632ba987ee7c7c0783ab95a347fbce22393846e32b6235f05a8b591939d8368438b7e3c9158cb540ce54c17c3d5ccbff3802560820405251b911ba5c1785e195c845c0e15b4c5465774930a39405655b29b2940b3b571855827d45efc827356d3bf940843e54660a4da44ee2accf3ea4292ec59fa8596fde5c76d62c29ee12cd3663ad4391ed0b7c6d6d340cff49ebf1714204b77c4d79660a6763acb54c71470c8a745307327a52107f2a841b7a73504a83b8f1390fbb84c6503773463a518279b432778ec6629177126d6d29d4b9c648ca1186a795d6106a43af7ab95d2b8bd15893380bf65c50a8b3b433449c0eb1171ed57c1db64b765d9a56d98b9fb014dd70b7261c7341b190909d44decc655edd87e2b0c1db99b6c252a634f32a7c5fc46d887aab7bb945d952301a5afbbe57c89f50b9516bbb4b6617a353a497147f8092a0e5a38a30938c0a92ef4958404276602eba680824ce348919a5794034a0d37ccc4f54401f0c71bce90a2559b0e168504bb37867fd5156d9b51f5db39008c1e3706025c20acbeb3ba724453cb08207772686db6c862ec9cd18631ccfb74b792470e2b658b51c3de3b3a0600505d25b7580cb4e0f85c0c87b8572cb11ef195eef06b751b98a9eeb427092f33463237428c98ffc1ab94561aa3e47b00eaf884889cff6cab5d414a55aed48ea6db0d9617c8084c83edeff9e24a990db987cffe7c916c6a8a0b', NULL, '{"kdf": 1, "kem": 25722, "aead": 2, "hpke": "draft-ietf-hpke-pq-04"}', '2026-11-26 20:06:02.283786+00');


--
-- Data for Name: kms_health_checks; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: policy_kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.policy_kms_keys VALUES (1, 1, 1, 2, '2026-11-26 20:06:00.742019+00', '2026-11-26 20:06:00.742019+00');
INSERT INTO kw.policy_kms_keys VALUES (1, 2, 1, 1, '2026-11-26 20:06:00.742019+00', '2026-11-26 20:06:00.742019+00');
INSERT INTO kw.policy_kms_keys VALUES (2, 1, 1, 2, '2026-11-26 20:06:01.667772+00', '2026-11-26 20:06:01.667772+00');
INSERT INTO kw.policy_kms_keys VALUES (2, 2, 1, 1, '2026-11-26 20:06:01.667772+00', '2026-11-26 20:06:01.667772+00');
INSERT INTO kw.policy_kms_keys VALUES (3, 1, 1, 1, '2026-11-26 20:06:01.673264+00', '2026-11-26 20:06:01.673264+00');
INSERT INTO kw.policy_kms_keys VALUES (4, 3, 1, 1, '2026-11-26 20:06:01.746042+00', '2026-11-26 20:06:01.746042+00');
INSERT INTO kw.policy_kms_keys VALUES (5, 1, 1, 2, '2026-11-26 20:06:02.255909+00', '2026-11-26 20:06:02.255909+00');
INSERT INTO kw.policy_kms_keys VALUES (5, 2, 1, 1, '2026-11-26 20:06:02.255909+00', '2026-11-26 20:06:02.255909+00');
INSERT INTO kw.policy_kms_keys VALUES (5, 4, 1, 1, '2026-11-26 20:06:02.255909+00', '2026-11-26 20:06:02.255909+00');
INSERT INTO kw.policy_kms_keys VALUES (6, 1, 1, 1, '2026-11-26 20:06:02.627918+00', '2026-11-26 20:06:02.627918+00');


--
-- Data for Name: rewrap_jobs; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.rewrap_jobs VALUES (2, 14, 2, NULL, NULL, '2026-11-26 20:06:02.842857+00', '2026-11-26 20:06:02.857846+00', 'done', 1, NULL, '2026-11-26 20:06:02.819825+00', 'rewrap', NULL, false, 25018, NULL);
INSERT INTO kw.rewrap_jobs VALUES (1, 13, 2, NULL, NULL, '2026-11-26 20:06:02.842857+00', '2026-11-26 20:06:02.864084+00', 'done', 1, NULL, '2026-11-26 20:06:02.819825+00', 'rewrap', NULL, false, 25018, NULL);
INSERT INTO kw.rewrap_jobs VALUES (3, 1, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (4, 1, NULL, NULL, NULL, '2026-11-26 20:06:02.925482+00', '2026-11-26 20:06:02.925482+00', 'done', 1, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (5, 3, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (6, 3, NULL, NULL, NULL, '2026-11-26 20:06:02.925482+00', '2026-11-26 20:06:02.925482+00', 'done', 1, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (7, 5, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (8, 5, NULL, NULL, NULL, '2026-11-26 20:06:02.925482+00', '2026-11-26 20:06:02.925482+00', 'done', 1, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (9, 6, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (10, 6, NULL, NULL, NULL, '2026-11-26 20:06:02.925482+00', '2026-11-26 20:06:02.925482+00', 'done', 1, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (11, 7, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (12, 7, NULL, NULL, NULL, '2026-11-26 20:06:02.925482+00', '2026-11-26 20:06:02.925482+00', 'done', 1, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (13, 8, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (14, 8, NULL, NULL, NULL, '2026-11-26 20:06:02.925482+00', '2026-11-26 20:06:02.925482+00', 'done', 1, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (15, 10, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (16, 10, NULL, NULL, NULL, '2026-11-26 20:06:02.925482+00', '2026-11-26 20:06:02.925482+00', 'done', 1, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (17, 11, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (18, 11, NULL, NULL, NULL, '2026-11-26 20:06:02.925482+00', '2026-11-26 20:06:02.925482+00', 'done', 1, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (19, 12, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (20, 12, NULL, NULL, NULL, '2026-11-26 20:06:02.925482+00', '2026-11-26 20:06:02.925482+00', 'done', 1, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (21, 14, NULL, NULL, NULL, NULL, NULL, 'pending', 0, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);
INSERT INTO kw.rewrap_jobs VALUES (22, 14, NULL, NULL, NULL, '2026-11-26 20:06:02.925482+00', '2026-11-26 20:06:02.925482+00', 'done', 1, NULL, '2026-11-26 20:06:02.925482+00', 'rewrap', NULL, false, NULL, NULL);


--
-- Data for Name: settings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.settings VALUES ('cache_seconds', 60, '2026-11-26 20:06:01.766406+00');


--
-- Data for Name: shred_receipts; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.shred_receipts VALUES (1, '867608e3-ce1b-44c6-a7b8-cea94cfb1622', 4, 4463423513923007908, 1, 'public.people', '2', 'diagnosis', 'postgres', 'postgres', '2026-11-26 20:06:02.101343+00', '\x8c70f1437ac6a0c8c84c3b72ca87bbfc1e6bd6388b8cbcf8038d0222ec51e356');
INSERT INTO kw.shred_receipts VALUES (2, 'bc3936a7-f6f2-45ad-87f3-4714f30470f0', 9, 5885403980830274807, 1, 'public.notes', '*', 'text', 'postgres', 'postgres', '2026-11-26 20:06:02.461288+00', '\x0ba7f7cf57edeaa3ac3db395bbf3540d5a5570f341125a4939594a23c9ba6fdb');
INSERT INTO kw.shred_receipts VALUES (3, '540e9f43-c9da-4607-bd2f-4dd748b650ce', 15, 3046757511830786177, 1, 'public.moved', '1', 'f', 'postgres', 'postgres', '2026-11-26 20:06:02.903044+00', '\x7704ebb11e05dfd3f7e45deec762d840f2705add5982fb6071ca43047e90eba5');


--
-- Data for Name: signing_keys; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: Odd.Names; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public."Odd.Names" VALUES (1, '\xc10243511d82051400ca0000000116da86c4acf2783aa758b15942a5912aa449039c471e8d002b18b894e423ae5c503af73b0439c61043c2264f64ab');


--
-- Data for Name: moved; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.moved VALUES (1, '\xc10242027ba055d740bc0000000241591c46491b414cf8e0b1f388c52ad66c78fad95aad550be0ca631b5b7e045eb7370dbd639b0aca5c6db168b6');


--
-- Data for Name: notes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notes VALUES (1, '\xc10251ad27bd050ef4f700000001d3b0dbde7a13b0b820fdeaf3c3667657dea4c8fea24827bc54c7cff8a6aeeb6ff318a025f073495774ce72eb');


--
-- Data for Name: people; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.people VALUES (1, '\xc10255c0e1c869ad85e200000001750fa6e91efd423986ebbf1a59e56c57d0a056ba1277b808f33d13f4eb561ff2fe65d6735e6bcbec5b7d08', '\xc10201f7ec6b562cd480000000019ce2ebaf2a823768a9ede203758af083cb493af3fd477a1a7b9a885d788679de23d1e2c4d56018d2e2b418');
INSERT INTO public.people VALUES (2, '\xc10255c0e1c869ad85e200000001d3e01f2658a2eec72eb8968cf3b18fde158ce87ff80855724008a0275f3c9089258c6fb59305aec49989f3', '\xc1013df14409a581b5a400000001c920a1c83fda57066f657d3d1db875f88158e17dfbbdaeecb62de90326ab79');
INSERT INTO public.people VALUES (3, '\xc10255c0e1c869ad85e200000002df51ff6b073e50176b8c09963220e4b5bfd6629c4715e7b3abb89cd2ae412f2119d69f294962c5275c093f2da9', '\xc10201f7ec6b562cd48000000001dfae9f6db65068e6bf698dd6982ee36577c14255f04bcafb2c848a1cee08b47fe2cf04a317de3a3b769f65');


--
-- Data for Name: tokens; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tokens VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\xc1010dd5434afb1ecdce000000018cec127eed498822fd3ad68d2b051802f45f2c591ca365955869d1379ceac3cce0', '\xc1026f5eb71fa1f8c77c00000001070e14d0b5732fa93fe4007d6bceffe039315fe9a5356885f1bbd20dbfa9837a0185d92df6f3f63276ee1aefb9958238ff1b96c1791487d1fbd1');


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

