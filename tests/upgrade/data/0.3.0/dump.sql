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
-- Name: devices; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.devices (
    serial numeric NOT NULL,
    pin bytea
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
-- Data for Name: audit_events; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.audit_events VALUES (1, '2026-11-26 00:44:15.876759+00', 'postgres', 'postgres', 'add_provider', 'local', '{"kind": "local"}');
INSERT INTO kw.audit_events VALUES (2, '2026-11-26 00:44:15.882569+00', 'postgres', 'postgres', 'add_kms_key', 'key 1', '{"ref": "0.3.0-1", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (3, '2026-11-26 00:44:15.885239+00', 'postgres', 'postgres', 'add_kms_key', 'key 2', '{"ref": "0.3.0-2", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (4, '2026-11-26 00:44:15.889692+00', 'postgres', 'postgres', 'create_policy', 'default', '{"keys": [1, 2], "mode": "either", "layers": []}');
INSERT INTO kw.audit_events VALUES (5, '2026-11-26 00:44:16.079596+00', 'postgres', 'postgres', 'add_provider', 'branches', '{"kind": "wrapper"}');
INSERT INTO kw.audit_events VALUES (6, '2026-11-26 00:44:16.08385+00', 'postgres', 'postgres', 'create_policy', 'both', '{"keys": [1, 2], "mode": "both", "layers": []}');
INSERT INTO kw.audit_events VALUES (7, '2026-11-26 00:44:16.084734+00', 'postgres', 'postgres', 'create_policy', 'single', '{"keys": [1], "mode": "single", "layers": []}');
INSERT INTO kw.audit_events VALUES (8, '2026-11-26 00:44:16.094502+00', 'postgres', 'postgres', 'add_kms_key', 'key 3', '{"ref": "ac643c31-9039-4897-9525-6acbbbadcd4c", "provider": "branches"}');
INSERT INTO kw.audit_events VALUES (9, '2026-11-26 00:44:16.097751+00', 'postgres', 'postgres', 'create_policy', 'branch', '{"keys": [3], "mode": "single", "layers": []}');
INSERT INTO kw.audit_events VALUES (10, '2026-11-26 00:44:16.098992+00', 'postgres', 'postgres', 'set_setting', 'cache_seconds', '{"value": 60}');
INSERT INTO kw.audit_events VALUES (11, '2026-11-26 00:44:16.127507+00', 'postgres', 'postgres', 'rewrap', 'wrapper 5e33c908-cf4b-4625-8729-076832b0d8b9', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (12, '2026-11-26 00:44:16.128404+00', 'postgres', 'postgres', 'rewrap', 'wrapper cb6f094f-f1ba-4d99-88f3-6b19c92995ee', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (13, '2026-11-26 00:44:16.129389+00', 'postgres', 'postgres', 'rewrap', 'wrapper 72984be5-5258-43c3-9366-f8ff39bc222f', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (14, '2026-11-26 00:44:16.130294+00', 'postgres', 'postgres', 'rewrap', 'wrapper 44e9225d-811e-4c94-8da4-06852f2b9763', '{"kms1": null, "kms2": null, "version": 2}');
INSERT INTO kw.audit_events VALUES (15, '2026-11-26 00:44:16.133167+00', 'postgres', 'postgres', 'shred', 'public.people.diagnosis of key ''2''', '{"wrappers": 1}');
INSERT INTO kw.audit_events VALUES (16, '2026-11-26 00:44:16.134946+00', 'postgres', 'postgres', 'grant_field', 'public.people.ssn', '{"grantee": "pg_monitor", "may_read": true, "may_write": false}');
INSERT INTO kw.audit_events VALUES (17, '2026-11-26 00:44:16.13831+00', 'postgres', 'postgres', 'add_kms_key', 'key 4', '{"ref": "0.3.0-pq", "provider": "local"}');
INSERT INTO kw.audit_events VALUES (18, '2026-11-26 00:44:16.139758+00', 'postgres', 'postgres', 'create_policy', 'layered', '{"keys": [1, 2], "mode": "either", "layers": [4]}');
INSERT INTO kw.audit_events VALUES (19, '2026-11-26 00:44:16.172048+00', 'postgres', 'postgres', 'shred', 'every row of public.notes.text', '{"wrappers": 1}');


--
-- Data for Name: encryption_policies; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_policies VALUES (1, 'default', 'either', 'defined', 0, 0, NULL, NULL, '2026-11-26 00:44:15.885694+00', false);
INSERT INTO kw.encryption_policies VALUES (2, 'both', 'both', 'defined', 0, 0, NULL, NULL, '2026-11-26 00:44:16.080027+00', false);
INSERT INTO kw.encryption_policies VALUES (3, 'single', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-26 00:44:16.084068+00', false);
INSERT INTO kw.encryption_policies VALUES (4, 'branch', 'single', 'defined', 0, 0, NULL, NULL, '2026-11-26 00:44:16.094801+00', false);
INSERT INTO kw.encryption_policies VALUES (5, 'layered', 'either', 'defined', 1, 1, NULL, NULL, '2026-11-26 00:44:16.138541+00', false);


--
-- Data for Name: kms_providers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_providers VALUES (1, 'local', 'local', '/var/lib/kwtools/keys', NULL, '{}', true, '2026-11-26 00:44:15.753992+00');
INSERT INTO kw.kms_providers VALUES (2, 'branches', 'wrapper', NULL, NULL, '{}', true, '2026-11-26 00:44:15.950232+00');


--
-- Data for Name: kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.kms_keys VALUES (1, 'ef5fe8a9-04e6-43a7-bab2-812e61dfbb3f', 1, '0.3.0-1', 'rYS5rrNnkxREJm-yZkBOvQ', 'wrap', 'AES-256-GCM', 'active', '2026-11-26 00:44:15.877629+00', NULL);
INSERT INTO kw.kms_keys VALUES (2, '710b2db9-5a8d-4776-9ce9-fd34b5fe94ea', 1, '0.3.0-2', '2kJbZIm2P1z1jboH_9Eoww', 'wrap', 'AES-256-GCM', 'active', '2026-11-26 00:44:15.883059+00', NULL);
INSERT INTO kw.kms_keys VALUES (3, 'e60caa4e-a79d-4728-980e-4c84174b1ad3', 2, 'ac643c31-9039-4897-9525-6acbbbadcd4c', 'ac643c31-9039-4897-9525-6acbbbadcd4c', 'wrap', 'AES-256-GCM', 'active', '2026-11-26 00:44:16.084874+00', NULL);
INSERT INTO kw.kms_keys VALUES (4, 'b444ee46-1885-4257-9ec9-74eedd844da3', 1, '0.3.0-pq', 'yNmhU_5lf0tbWzfbwPgxMSUYtYECCcnKxgXN56ATmSY', 'wrap', 'ML-KEM-768+X25519', 'active', '2026-11-26 00:44:16.135091+00', '\xc0a01d44528e72962cf11579fe1c096b256f20ac5958b991e5f0850817432f376a2a81032f952918a2c0404a197db0bdc31836b11b53125aa9cd9c8fab5a068ceb9d545a48fc85a761594df11aae410841614cabfbb562fde176d6c28c3ad9450bd780b982c94923604aec703b4a136b10531935743ff886a6460d78d8a181a60298177ca91a3e5d671fffe441fd857251a4a7b123533f0a9a6a854811213c01222a03ab513a75c6e89c28503a8718798d37619071a4cc404b5640a505f1134a7e854f90378cf9c4ad008727c9ac0b2e310013f63672799c64fcb7fd194e8cac7c3213c7bc3a300b372e4b3c53fc67646f7786716106201a70f8298fce642ef9c3b8abf2ca0f30a94e4738a1a21b5d7983bdcc8b77124a16e2cff496046742ccf7a963150bb3279284f83c5c31cb1801b88337ebc9ca4a2b710c5abfd83a0f04a2db049cb170bd9f4b0d7cb39f4de7808b370b4f158e17d124a09c2e3df184e36ac3e699aec0c765b0b8a11d21074a8c7d286369874992184b3798451938b50306c74d20263994822550788c2d2a14e58250033653ece49dc562b587c64c1ae3cd4f2c2c3ebb09b95b5cf9d345cf373ee5329a11f1739e5a6528513d728a648a00b5be480b7d19b6a7d14feca5457fc6c1340bcdfc9c7099f9aedbe51e5c738829163323676009a1146b600d27bba463802fd4130b1df78708e55defd87be9108305aa1bb8b004d068453f9b4b24889480720c533905e972298516293da7a8b64431af35c7eb9466b35a42a17c6b7d505ac37a02e3e6c3d99b72b1f86c39f7455f2a940cf18cbe5aa75b87242853870932073cf99b70c4351fc70668942d43eb0fbcac02ca155e052b2d85a4a846fbc1e7650b10ec4ff2eb4c64299f9d96554fc94f4ea96d3d0248f9296bf4da9d86dc61b6e83e6a66453fa64409f1689cd7cfb9715977299cd840186fc9a6dc513f6c46a507c289e27a89605292cddb164cd4417bd2356ee389522992fb8ccc6aeb3082e124e937bbd45959a9325eafdab36ff72321b760e1a9b108f487bf9c58d6e427be2a512a9247105a8bd0188477f6c24d44a7c4cb8d2fc28922095a23f23c5ff2c04b24304ec12663528a961386386832007307617349a4b20bac0b8caa080bd9195d08b87563e320864191b5136d9351c9ae20b9b00c77b0036dced09fe04587465c3ea537310c411944867eb3361f532a448d85057f976c876a0524c4728210850ec662f57b68152ac53dd2bcce64387ea2746fa605b84a5390d6056aba358d11028812743fb541e1503c1e2a7e71e842e114119615af4f2852d1f64457f424683ccb224b3dbc2b80daa29e2c750713a4b229738e664c98a9ecbe49417a0378b926e87e9bfc3f106264a8c6cb3d696fb1c39c48bb2a23c2a77ccb5a7947bdabf50bdde2058e3a1605824e126249abf852154a6fc3227728e1852fb97066bba6cad708ef79cb95570f1c27b9f2101b1dd4332d687c6848c9a30a8c96e506c6330b767a389559393a8513ff6c178767829afc392f49af64659221ab9734600d1014aa89435065cab1431083bde36961e6950658a5c6674a44ac66eaf526c8e52d57e982d3045e9cf50c4ec75a941a264778fb8fa8aa7aa8861a2a63f3df0f8afcda9006e297452ec1d8f882aaf700189827f3da24529c2783e0590785d88ff97a58870cd59d6cc85ec3c6e9ab094144');


--
-- Data for Name: key_wrappers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrappers VALUES (1, 'ac643c31-9039-4897-9525-6acbbbadcd4c', 1, 2, '\x016ea8a71adb142293175ceac73348a070d1c9fb790099d1c6ed7159bd05b1c811a52a4dd663bab76d03f7b3a406ed2dfd25b45b076d14fa16577ab8e93e47c6ada5d27eb630547f66a19f52f712e77ab5905140e684a9dd049d327685fdcab22a', '\x0114cb9e491c6e3517b6d51637b8751e34192e310ed543ea01b3de6b462386f8ed2406227acb353139198936426fa139bf15ebfa1be821de52e9d130c9f2e867fc4185d5cf3ce2fc691115efbdc13914ca1a6ca264a0448696acc99e7f5a14a516', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "ef5fe8a9-04e6-43a7-bab2-812e61dfbb3f", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "710b2db9-5a8d-4776-9ce9-fd34b5fe94ea", "version": 1}], "mode": "either", "class": "branch", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "07bb5d3f7b49d0d44d2797c9ea3798186c80e06a5cc7caa678fd611d995ad5ba"}', 1, 1, 1, 'branch', 1, 'active', '2026-11-26 00:44:16.084874+00', NULL);
INSERT INTO kw.key_wrappers VALUES (4, 'cb6f094f-f1ba-4d99-88f3-6b19c92995ee', 1, NULL, '\x', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "ef5fe8a9-04e6-43a7-bab2-812e61dfbb3f", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "5b6232794c7dc264b23a977b1ccfeb0c7cb72fccda61cd30557dcf2f41474a19"}', 2, 2, NULL, 'field', 3, 'invalid', '2026-11-26 00:44:16.109511+00', NULL);
INSERT INTO kw.key_wrappers VALUES (3, '5e33c908-cf4b-4625-8729-076832b0d8b9', 3, NULL, '\x01fe64a33ec9571a55861f320fb37ab7ba257999aa6c4a9a868075ba38e6d7545fecb82208e53f67854a62a1def5dda9e269a87783dfbf4ffff5d38f1d213b8906835dc761dcae30a35410903874bb1d8c9d07a8316b503b4c14c8ce79aff20b39', NULL, '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "e60caa4e-a79d-4728-980e-4c84174b1ad3", "version": 2}], "mode": "single", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "a3012f19aa8e14f1dc0130abb91f1ac0d94af51e795fe145e77fbde21f6befe5"}', 2, 2, NULL, 'field', 4, 'active', '2026-11-26 00:44:16.106734+00', NULL);
INSERT INTO kw.key_wrappers VALUES (2, '72984be5-5258-43c3-9366-f8ff39bc222f', 1, 2, '\x014ab3edac2a158dac580f69f2267d07bd78921b8987c7313a6f2743870d405379afcee3bd3c0cc614062c0a8c193b873b50aab3cbc24fe28cf25be5dbe406aa29eaf99fbd2d2e8bd128698c63dae6f07861c2b168550e5b40a9f65137cea9fdc6', '\x01d6527e2c8b5a5e7598c28798d8ea38b23a45187a146a26355399f6c87fdd6fed6ba12174372ebf50accf3fff42936765b1c4a04ab05b9e800cbcf20a0aa2af1d0ca79efd2df3565fc19c54b36bef44642f048d09a6b709c9a3bf67ed693cd652', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "ef5fe8a9-04e6-43a7-bab2-812e61dfbb3f", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "710b2db9-5a8d-4776-9ce9-fd34b5fe94ea", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "c796cc6ed183172f8880093ce19b0a7ee0e008ca939ec3ab1077dc0e540efe5a"}', 2, 2, 2, 'field', 2, 'rotated', '2026-11-26 00:44:16.099128+00', '2026-11-26 00:44:16.1228+00');
INSERT INTO kw.key_wrappers VALUES (5, '44e9225d-811e-4c94-8da4-06852f2b9763', 1, 2, '\x012c09643aa2325e44c46ad911a426c9ba970821982a999c0b8ce8c39f55e363006a54aaa60febd8f2a9fbfbb6fbb4a48fad4986751fb8db0065490c450d380e25948fdb6f391f0e3677b27d456543aa091ac38da417f77ab7019d0d146a718615', '\x01f7b03b6a0a098b824740bf8a101e45a51e2b2cc5ab2aba9e39181815234aa0f07d1e4ffcd6a94705d376dec22cafb53cf8f2ae2692b2745b54845a4c0c6bf8263b53e867d706f28f34c77920127da72827573a52198c33a960b675a89ecdab48', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "ef5fe8a9-04e6-43a7-bab2-812e61dfbb3f", "version": 2}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "710b2db9-5a8d-4776-9ce9-fd34b5fe94ea", "version": 2}], "mode": "both", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "47493e7ca539974d66ffc435d08da58930b9cbb82ec2ea1e862942db12f41f6a"}', 2, 2, 2, 'field', 2, 'active', '2026-11-26 00:44:16.119378+00', NULL);
INSERT INTO kw.key_wrappers VALUES (6, '562cb9c0-377c-45b1-968b-6e146204ba86', 1, 2, '\x017b954a6e7f9a4f11ffcfbaa72719fa462604b46187f72250ad2c5c332e1e68aef20c8665aa81303637b88de58e8d8b7720cae16ae1c555877c87eb4c97896e787fa342da38b649215c3e2cdd276c89d44182610fe8dbad43913e729e1b0eef15cc36e10caf89b14eeae8966d45dffa00', '\x01545ef7adf8749e58782b01168749e0997ecdb56cccfa3de1b90bcefa26b9f4c644be848f7bc3ecc9d43c0ffd8972e313bb167f6265d1db43e193e70df00da690568a5d6e8ddb2e80e7733c11684474e138b172346e5839b3b72ba743b862819e950734a02f1171b549465d06ce2eac1e', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "ef5fe8a9-04e6-43a7-bab2-812e61dfbb3f", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "710b2db9-5a8d-4776-9ce9-fd34b5fe94ea", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [{"kem": "ML-KEM-768+X25519", "layer": 1, "digest": "e60ee6f98f3283dfb1b1303d1235ea7c9f30096333f9dae69c829801c62da34d", "kms_key": "b444ee46-1885-4257-9ec9-74eedd844da3"}], "dek_bytes": 32, "commitment": "cb34919c7d797881a400c0cb52a5cb4153ab007757aeba721a400bff5b0457f6"}', 1, 1, 1, 'field', 5, 'active', '2026-11-26 00:44:16.142877+00', NULL);
INSERT INTO kw.key_wrappers VALUES (7, '88ab3fc3-ef89-4a3d-977f-e3e2243d3b6d', 1, 2, '\x01098f34571e89471c795e0caf3e8964c97914b778233378a38201489b0a1d93da92ee2950a673f38278c77565f4cf6615bb570dcb0cfe8e274c4aeae0e43fb560003176c5e1160c5e1595ea63876dde0beea7fbbd550c4e77cdc9cf6046d2b16b', '\x0193c60f505e3c00dc06d6931a1984c5f5eb79b33b96181debc93b09e32eb61c8beb58062f52f8e6925ad4a0fcfb7155b1a71e25ce126741da36cf00757b4ffa8b5f545e79efff452a832c5ac789858a03fc7139faa6fa05ce7dfd333d56b86994', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "ef5fe8a9-04e6-43a7-bab2-812e61dfbb3f", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "710b2db9-5a8d-4776-9ce9-fd34b5fe94ea", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "300c5ef3b9e0ce275528202e1111db15f170aebeb5362bda5fb007c696d491a9"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 00:44:16.149218+00', NULL);
INSERT INTO kw.key_wrappers VALUES (8, '1bf3a861-9b13-4d2c-b513-0c3f904fa799', 1, 2, '\x01ff8064939ae03556b83d1ef162d470cbc9d8ba316a0d7cae781e3869ae79be789cc984c8a612013de799227618ff13db5f12692d54659eee946a9431a7dca34e6e568d8abf9eec58f7bca9bfcd9790efca412a6994e9ad4d698453d04caeed7b', '\x01ae1f36f1f7f59963b41486a3aaa02319c29e5c6f6c1994dded7d7bd3f8c3e26246da23964a8ab764cb0471f07f0bb71a75b3584e6671f6c02c75708686fa68fda6d86805f08ac71d97cad61eb71944fee90514778c9ef971cf67b8f7c0a8760e', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "ef5fe8a9-04e6-43a7-bab2-812e61dfbb3f", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "710b2db9-5a8d-4776-9ce9-fd34b5fe94ea", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "3ff6949b0cf26555d63ee575575397bc64577ca25a9fe4c958c46e12edfdeb5f"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 00:44:16.15141+00', NULL);
INSERT INTO kw.key_wrappers VALUES (9, '62c74be6-39a6-4143-b4cf-dbdde6c42085', 1, 2, '\x014f04439b452c3adf762c5c7ab13fc985ec1d9326edef3ec300ce3110bf020779f7eb9ccafda1425484225b52e038e78f0fa228a004631eec9167a1337b3b7464f766dd9f0b8a13b4ca83b7c6eb31ab747e0b6e9989b64ab96a5e6ac49c85862c', '\x015d94fb785ef2d8c0c9f9258d1bcd0ce7b6622bf57a56ca4d6e5d540b242c5637e82df4fab79d4d8b42af7038e7201e307dfddde3486e0a9e7cfc741634884fc8e4597dcb1956a36c45d06dc53b6ad564830c543fa32cd24c62cd4a4e39cf55f7', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "ef5fe8a9-04e6-43a7-bab2-812e61dfbb3f", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "710b2db9-5a8d-4776-9ce9-fd34b5fe94ea", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "4351c66342c4d0a729f0af7b26201e650564ce9e7cc5a075097290ad9f804ecc"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 00:44:16.158576+00', NULL);
INSERT INTO kw.key_wrappers VALUES (10, '0745f757-38b4-4299-96ac-ef1feb89881f', 1, 2, '\x019594e723a14cce40129e769487c78cf8df74502f43829b3c91261c95fd3fcbbe9f83ddd200eb96d70e6b44077806459d3c2fbd5002c18f05be42d218102f3ab4d22a56e80c7e930f5e2a218d2d0cd28d3f97b37de668c2c8cf17ab76fabcb15a', '\x0145bf8d181b63ba8faa74db088a71a095a39a12bc6fe16bb7229176daebf8f65b2384b7903c9f528f575cb7859d0076d54fe0cb73761d2bad8d84f62693c44366a440886d889ca4fcfee2f1ab4ae61c0b757ed0724fc867b728be130e57968b4a', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "ef5fe8a9-04e6-43a7-bab2-812e61dfbb3f", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "710b2db9-5a8d-4776-9ce9-fd34b5fe94ea", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "4e6432e48db563b1276a0c5aa1a7382bfd616122d8c4bfe9d62ca8173e638ea3"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 00:44:16.164555+00', NULL);
INSERT INTO kw.key_wrappers VALUES (11, '6fdbe616-ec66-4e12-96b2-21fef962c846', 1, 2, '\x', '\x', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "ef5fe8a9-04e6-43a7-bab2-812e61dfbb3f", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "710b2db9-5a8d-4776-9ce9-fd34b5fe94ea", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "e2e23726acea373146e45f53f61481f19fe18767b1ac2554390c902844d4f5b2"}', 1, 1, 1, 'field', 1, 'invalid', '2026-11-26 00:44:16.167493+00', NULL);
INSERT INTO kw.key_wrappers VALUES (12, '7da56ac6-fe82-4554-a292-c1914f24446b', 1, 2, '\x0198e30f2e70fb1d15092b819f9405ac654257e419bc9c48d680ee8d3f3ca4e7cbcc5c14fa52efd5147ff76a985cc46b0068930231cd065c33f61598572cf799af7fb7f1a3f67340b4d7fd12b13a9c1709632e2b7d3dd438b915527077cc6155a5', '\x019c1abc2a6519662c91b6ad45d5406ef1c049939755ac8b10b29d9f743630ccaa6ab5f5d544577ada09b27122ab28ff16fa35eb6ea4bdb23f21e16044b0c892c6f6e51702f92c162600f2ea612a62994543621cf85755c3865bde69fb3df66837', '{"kdf": "HKDF-SHA-256", "legs": [{"leg": 1, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "ef5fe8a9-04e6-43a7-bab2-812e61dfbb3f", "version": 1}, {"leg": 2, "wrap": "HKDF-SHA-256+AES-256-GCM", "kms_key": "710b2db9-5a8d-4776-9ce9-fd34b5fe94ea", "version": 1}], "mode": "either", "class": "field", "format": "kwtools/1", "layers": [], "dek_bytes": 32, "commitment": "e746cbcaaa933135bfdc214184f3f7f224af92640b249bc1d63468f05250bf7e"}', 1, 1, 1, 'field', 1, 'active', '2026-11-26 00:44:16.172208+00', NULL);


--
-- Data for Name: encryption_bindings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.encryption_bindings VALUES (8025748713235869854, 'public.people', '*', 'diagnosis', DEFAULT, 3, 1, 'live', '2026-11-26 00:44:16.106734+00');
INSERT INTO kw.encryption_bindings VALUES (855433660471432914, 'public.people', '*', 'ssn', DEFAULT, 5, 2, 'live', '2026-11-26 00:44:16.099128+00');
INSERT INTO kw.encryption_bindings VALUES (5825401039382630385, 'public.people', '2', 'diagnosis', DEFAULT, 4, 1, 'shredded', '2026-11-26 00:44:16.109511+00');
INSERT INTO kw.encryption_bindings VALUES (7969879123927224978, 'public.tokens', '*', 'hint', DEFAULT, 6, 1, 'live', '2026-11-26 00:44:16.142877+00');
INSERT INTO kw.encryption_bindings VALUES (3002022852752555092, 'public.tokens', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'secret', DEFAULT, 7, 1, 'live', '2026-11-26 00:44:16.149218+00');
INSERT INTO kw.encryption_bindings VALUES (3238403832327042539, 'public.tokens', 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'secret', DEFAULT, 8, 1, 'live', '2026-11-26 00:44:16.15141+00');
INSERT INTO kw.encryption_bindings VALUES (874152787758349822, 'public.devices', '1.50', 'pin', DEFAULT, 9, 1, 'live', '2026-11-26 00:44:16.158576+00');
INSERT INTO kw.encryption_bindings VALUES (7352986747666591434, 'public.notes', '*', NULL, DEFAULT, 10, 1, 'live', '2026-11-26 00:44:16.164555+00');
INSERT INTO kw.encryption_bindings VALUES (4290113035378854046, 'public.notes', '*', 'text', DEFAULT, 11, 1, 'shredded', '2026-11-26 00:44:16.167493+00');
INSERT INTO kw.encryption_bindings VALUES (6979407995113003105, 'acme.users', '*', 'email', DEFAULT, 12, 1, 'live', '2026-11-26 00:44:16.172208+00');


--
-- Data for Name: binding_generations; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.binding_generations VALUES (855433660471432914, 1, 2, '2026-11-26 00:44:16.119378+00');


--
-- Data for Name: crypto_algorithms; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.crypto_algorithms VALUES (1, 'kem', 'X25519', NULL, DEFAULT, NULL, 'active', '{"kdf": 1, "kem": 32, "aead": 2, "source": "RFC 7748; RFC 9180, DHKEM(X25519, HKDF-SHA256)", "aliases": ["DHKEM(X25519, HKDF-SHA256)"], "public_key_bytes": 32, "private_key_bytes": 32, "encapsulation_bytes": 32}', '2026-11-26 00:44:15.590182+00');
INSERT INTO kw.crypto_algorithms VALUES (2, 'kem', 'P-256', NULL, DEFAULT, NULL, 'active', '{"kdf": 1, "kem": 16, "aead": 2, "source": "NIST SP 800-186; RFC 9180, DHKEM(P-256, HKDF-SHA256)", "aliases": ["secp256r1", "prime256v1", "DHKEM(P-256, HKDF-SHA256)"], "public_key_bytes": 65, "private_key_bytes": 32, "encapsulation_bytes": 65}', '2026-11-26 00:44:15.590182+00');
INSERT INTO kw.crypto_algorithms VALUES (3, 'kem', 'ML-KEM-768', NULL, DEFAULT, 3, 'active', '{"kdf": 1, "kem": 65, "aead": 2, "source": "FIPS 203; draft-ietf-hpke-pq-04", "aliases": ["MLKEM768"], "public_key_bytes": 1184, "private_key_bytes": 64, "encapsulation_bytes": 1088}', '2026-11-26 00:44:15.590182+00');
INSERT INTO kw.crypto_algorithms VALUES (4, 'kem', 'ML-KEM-1024', NULL, DEFAULT, 5, 'active', '{"kdf": 1, "kem": 66, "aead": 2, "source": "FIPS 203; draft-ietf-hpke-pq-04", "aliases": ["MLKEM1024"], "public_key_bytes": 1568, "private_key_bytes": 64, "encapsulation_bytes": 1568}', '2026-11-26 00:44:15.590182+00');
INSERT INTO kw.crypto_algorithms VALUES (5, 'kem', 'ML-KEM-768+X25519', NULL, DEFAULT, 3, 'active', '{"kdf": 1, "kem": 25722, "aead": 2, "source": "FIPS 203 and RFC 7748; draft-ietf-hpke-pq-04, MLKEM768-X25519", "aliases": ["MLKEM768-X25519", "X-Wing"], "public_key_bytes": 1216, "private_key_bytes": 32, "encapsulation_bytes": 1120}', '2026-11-26 00:44:15.590182+00');
INSERT INTO kw.crypto_algorithms VALUES (6, 'symmetric', 'AES-256-GCM', NULL, DEFAULT, 5, 'active', '{"source": "FIPS 197; NIST SP 800-38D", "aliases": ["A256GCM"], "key_bytes": 32, "tag_bytes": 16, "nonce_bytes": 12}', '2026-11-26 00:44:15.590182+00');
INSERT INTO kw.crypto_algorithms VALUES (7, 'symmetric', 'XAES-256-GCM', NULL, DEFAULT, 5, 'active', '{"source": "C2SP XAES-256-GCM", "aliases": [], "key_bytes": 32, "tag_bytes": 16, "nonce_bytes": 24}', '2026-11-26 00:44:15.590182+00');
INSERT INTO kw.crypto_algorithms VALUES (8, 'hash', 'SHA-256', NULL, DEFAULT, 2, 'active', '{"source": "FIPS 180-4", "aliases": ["SHA2-256"], "digest_bytes": 32}', '2026-11-26 00:44:15.590182+00');
INSERT INTO kw.crypto_algorithms VALUES (9, 'sig', 'Ed25519', NULL, DEFAULT, NULL, 'active', '{"source": "RFC 8032", "aliases": [], "signature_bytes": 64, "public_key_bytes": 32}', '2026-11-26 00:44:15.590182+00');
INSERT INTO kw.crypto_algorithms VALUES (10, 'sig', 'ML-DSA-65', NULL, DEFAULT, 3, 'active', '{"source": "FIPS 204", "aliases": ["MLDSA65"], "signature_bytes": 3309, "public_key_bytes": 1952}', '2026-11-26 00:44:15.590182+00');


--
-- Data for Name: entities; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entities VALUES ('public.people', 16903, 'public.people', 'postgres', '2026-11-26 00:44:16.099128+00');
INSERT INTO kw.entities VALUES ('public.tokens', 16910, 'public.tokens', 'postgres', '2026-11-26 00:44:16.142877+00');
INSERT INTO kw.entities VALUES ('public.devices', 16917, 'public.devices', 'postgres', '2026-11-26 00:44:16.158576+00');
INSERT INTO kw.entities VALUES ('public.notes', 16924, 'public.notes', 'postgres', '2026-11-26 00:44:16.164555+00');
INSERT INTO kw.entities VALUES ('acme.users', NULL, 'acme.users', NULL, '2026-11-26 00:44:16.172208+00');


--
-- Data for Name: entity_fields; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.entity_fields VALUES ('public.people', 'diagnosis', NULL, true, true, NULL);
INSERT INTO kw.entity_fields VALUES ('public.tokens', 'secret', NULL, true, false, NULL);
INSERT INTO kw.entity_fields VALUES ('public.devices', 'pin', NULL, true, false, NULL);


--
-- Data for Name: field_grants; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.field_grants VALUES ('public.people', 'ssn', 'pg_monitor', true, false, 'postgres', '2026-11-26 00:44:16.133335+00');


--
-- Data for Name: kem_private_keys; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: key_wrapper_layers; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.key_wrapper_layers VALUES (1, 6, 1, 4, 5, '\x453294f093f64393a1526600cd34adaef34b86f8f1ed0210edfaf70388c6e6e890a68024af87d3147ffbaaa66bafa1f9a874bf05c34c90af0cfa5be1bdf7d858a0b2c7528f95f8b3626c675fc48ddd33ee2d9b3b058cdf2d8f6c8598ccce7bf5e5a8d106dbf7858395968cdfbe2bec5cb73673a1e4766ba66fa91ad79e8f86fe0ce80031c9d23d61fa21be15f4619e158885799517ecfbb49c02e99c50085202d747d6646071368a248c59329f7c6f6de6ec387653ee3f2c00846122f4169c0f7d2374d9b306969880ef21ad674c52b1e66ac533d1a9d48ffccd70651fe7827fc6295915d7904daa50ae64e937d62c274b52cb63604558f4a024cd5c611376ea3d6e55adba047c89df98b4c7a92c7e66e27a1187d52085b4d05a3faba7994d7e8742b201198ce0a6d29978d52c81c47c2a32da852ad49091d1e9456f0042dea49789a6d9e8e445e5b3bf532e62c7f6b404f7262c4b340624e530f70e2c03668ba22a9d992c760866c2131f34718f538b5564641e763b37309e07752f5adcb1bdeb03aef28020f3e6f530c4493890e339e4e900d7a81ff7cfc9bc13989eccae4154e85d9026f885d9d1e030bdb621535fba88d31b92ad9e3751271c124cef4b3b6bcd28d75292177965ffe8d2c066a335045bca7802c4be6d2f9918c0ef0be0423667bbc02b56817c5c4340a9880d69483251aae0bf63c79cbb042d495959f927dc1e5eeb6ded5107e78f379ac30c51f769e3ae50e98697a7b623be76fab14062eb8490b41a2ed14a7cf426e7f8223ee74d3698d13024a19e205e2959c329c61688490e40e21ad1c5d27be04d8045f7777413bf9ea2d1dd6b47d7cd84a31a5e59cc62d3080ac02240212b7e34aea8cf5fe25171865568fb9073859be60ef0d88c383c98d7ac135b82690d81f5feb3ffe337135926ebfbb8b030ff05e5ccff30cba8518f5c9114faf7f2b3f14c340fe1c82f13db2ff39f0fbdee150139ce642534af52c38ae8962106d21f293c1ba5fac05eadf4428fcf3e7843165ebd684d9943d051e2c7c3ec3145b0285e73b97f774126bde82c457aaacf0a6cf92c6fc429b449a18a5431aeaecdb6ff464db8732a9b2cfbde77c3f0e1afa81e7bf729b91fff9171f12cfa7571a6318e4f0f0abc648d1810ccc7f94f3a20da6655ac8505f2aacf62b306425d509d007da6db39b65195a3d528d2cc85ff388dca14f8662df713df17476dbcdf0086d84b622095b756175454aec2b6f4bb36ee866f75915855a40a11ecee8e565d3bbe10e4e9e66ddee16b189035a7cd1a6ee783f2efa75858945d1e17bdefcbd5d7c26be74cd6916054b87cf008b4c2988058a73f3c55ff386526c0367aba6ead122c25ae77d7bebfd837300687d6cc4a8f5b9b9842aa64e28153f29a0107e8a9a99cde099b373a1d624f037bb02e453027e4e61d6e8b36f6aae2dd4d45dc8f4808de4cd206795a8453452a66da056ed02b62444c59e74a24e9d74825dc5e97a59f75a798247881076e70b860d4779c8e379d8940ad95047181bcf26de0157ef4d0ce9ebe13ab9b41b7b29b1dc464178f2f45b72203ff7cab68', '\xc0a01d44528e72962cf11579fe1c096b256f20ac5958b991e5f0850817432f376a2a81032f952918a2c0404a197db0bdc31836b11b53125aa9cd9c8fab5a068ceb9d545a48fc85a761594df11aae410841614cabfbb562fde176d6c28c3ad9450bd780b982c94923604aec703b4a136b10531935743ff886a6460d78d8a181a60298177ca91a3e5d671fffe441fd857251a4a7b123533f0a9a6a854811213c01222a03ab513a75c6e89c28503a8718798d37619071a4cc404b5640a505f1134a7e854f90378cf9c4ad008727c9ac0b2e310013f63672799c64fcb7fd194e8cac7c3213c7bc3a300b372e4b3c53fc67646f7786716106201a70f8298fce642ef9c3b8abf2ca0f30a94e4738a1a21b5d7983bdcc8b77124a16e2cff496046742ccf7a963150bb3279284f83c5c31cb1801b88337ebc9ca4a2b710c5abfd83a0f04a2db049cb170bd9f4b0d7cb39f4de7808b370b4f158e17d124a09c2e3df184e36ac3e699aec0c765b0b8a11d21074a8c7d286369874992184b3798451938b50306c74d20263994822550788c2d2a14e58250033653ece49dc562b587c64c1ae3cd4f2c2c3ebb09b95b5cf9d345cf373ee5329a11f1739e5a6528513d728a648a00b5be480b7d19b6a7d14feca5457fc6c1340bcdfc9c7099f9aedbe51e5c738829163323676009a1146b600d27bba463802fd4130b1df78708e55defd87be9108305aa1bb8b004d068453f9b4b24889480720c533905e972298516293da7a8b64431af35c7eb9466b35a42a17c6b7d505ac37a02e3e6c3d99b72b1f86c39f7455f2a940cf18cbe5aa75b87242853870932073cf99b70c4351fc70668942d43eb0fbcac02ca155e052b2d85a4a846fbc1e7650b10ec4ff2eb4c64299f9d96554fc94f4ea96d3d0248f9296bf4da9d86dc61b6e83e6a66453fa64409f1689cd7cfb9715977299cd840186fc9a6dc513f6c46a507c289e27a89605292cddb164cd4417bd2356ee389522992fb8ccc6aeb3082e124e937bbd45959a9325eafdab36ff72321b760e1a9b108f487bf9c58d6e427be2a512a9247105a8bd0188477f6c24d44a7c4cb8d2fc28922095a23f23c5ff2c04b24304ec12663528a961386386832007307617349a4b20bac0b8caa080bd9195d08b87563e320864191b5136d9351c9ae20b9b00c77b0036dced09fe04587465c3ea537310c411944867eb3361f532a448d85057f976c876a0524c4728210850ec662f57b68152ac53dd2bcce64387ea2746fa605b84a5390d6056aba358d11028812743fb541e1503c1e2a7e71e842e114119615af4f2852d1f64457f424683ccb224b3dbc2b80daa29e2c750713a4b229738e664c98a9ecbe49417a0378b926e87e9bfc3f106264a8c6cb3d696fb1c39c48bb2a23c2a77ccb5a7947bdabf50bdde2058e3a1605824e126249abf852154a6fc3227728e1852fb97066bba6cad708ef79cb95570f1c27b9f2101b1dd4332d687c6848c9a30a8c96e506c6330b767a389559393a8513ff6c178767829afc392f49af64659221ab9734600d1014aa89435065cab1431083bde36961e6950658a5c6674a44ac66eaf526c8e52d57e982d3045e9cf50c4ec75a941a264778fb8fa8aa7aa8861a2a63f3df0f8afcda9006e297452ec1d8f882aaf700189827f3da24529c2783e0590785d88ff97a58870cd59d6cc85ec3c6e9ab094144', NULL, '{"kdf": 1, "kem": 25722, "aead": 2, "hpke": "draft-ietf-hpke-pq-04"}', '2026-11-26 00:44:16.142877+00');


--
-- Data for Name: kms_health_checks; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: policy_kms_keys; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.policy_kms_keys VALUES (1, 1, 1, 2, '2026-11-26 00:44:15.885694+00', '2026-11-26 00:44:15.885694+00');
INSERT INTO kw.policy_kms_keys VALUES (1, 2, 1, 1, '2026-11-26 00:44:15.885694+00', '2026-11-26 00:44:15.885694+00');
INSERT INTO kw.policy_kms_keys VALUES (2, 1, 1, 2, '2026-11-26 00:44:16.080027+00', '2026-11-26 00:44:16.080027+00');
INSERT INTO kw.policy_kms_keys VALUES (2, 2, 1, 1, '2026-11-26 00:44:16.080027+00', '2026-11-26 00:44:16.080027+00');
INSERT INTO kw.policy_kms_keys VALUES (3, 1, 1, 1, '2026-11-26 00:44:16.084068+00', '2026-11-26 00:44:16.084068+00');
INSERT INTO kw.policy_kms_keys VALUES (4, 3, 1, 1, '2026-11-26 00:44:16.094801+00', '2026-11-26 00:44:16.094801+00');
INSERT INTO kw.policy_kms_keys VALUES (5, 1, 1, 2, '2026-11-26 00:44:16.138541+00', '2026-11-26 00:44:16.138541+00');
INSERT INTO kw.policy_kms_keys VALUES (5, 2, 1, 1, '2026-11-26 00:44:16.138541+00', '2026-11-26 00:44:16.138541+00');
INSERT INTO kw.policy_kms_keys VALUES (5, 4, 1, 1, '2026-11-26 00:44:16.138541+00', '2026-11-26 00:44:16.138541+00');


--
-- Data for Name: rewrap_jobs; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: settings; Type: TABLE DATA; Schema: kw; Owner: -
--

INSERT INTO kw.settings VALUES ('cache_seconds', 60, '2026-11-26 00:44:16.097987+00');


--
-- Data for Name: signing_keys; Type: TABLE DATA; Schema: kw; Owner: -
--



--
-- Data for Name: devices; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.devices VALUES (1.5, '\xc1010c219d5439c0fdfe00000001914ca5c7b345380f984512977902afd13581d01e7795ec5ba0abc32ba0a2a6bd449e4a');


--
-- Data for Name: notes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notes VALUES (1, '\xc1023b898b136007889e00000001293044971da70b7bbe4c06d8994302a079d79738ea21ffe6ba46671f0b20bd0eb349af4aa30370df16fd6655');


--
-- Data for Name: people; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.people VALUES (1, '\xc1020bdf1c61c54fd6d200000001ed83619ba321e8f88559a3f555507f3ff77ba8c691e7939c11a280cdc662e84941cd7a186dbcefde2304c4', '\xc1026f612feeb4f8f09e00000001b76d636cc1367162b271f31d01957ec3a463e593bc42b8c0af36c60fea4290152d6d44edd3eeb8072fb2e2');
INSERT INTO public.people VALUES (2, '\xc1020bdf1c61c54fd6d200000001131c447d948d8b87c8e124e16e70695ae9d51fa2af8c8b15a47f86995574e78029feb092a07bcf0b3adb28', '\xc10150d7fb618a97cff1000000012eeb0213614c5608f07ad670acfa204e69bdd4f78743f28709e08bbf3142ae');
INSERT INTO public.people VALUES (3, '\xc1020bdf1c61c54fd6d2000000020dd3b2536f48a6c0b8194f299e2a19111a3b13c059bc2864e72da6a9b2be7d598b69d1dc4fa37a57cfcd98e3db', '\xc1026f612feeb4f8f09e00000001e95c086482941674fa6501ad4cdf7a073d85bb7bea40fe917726a5beb8bdd2a941bc590216ebcffb9d325b');


--
-- Data for Name: tokens; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tokens VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\xc10129a953e111ebbc5400000001325390e5446726880265373b0e55e81cb61466c8a7e766dcf33c7419b201dd42ed', '\xc1026e9ab2d6447bd29200000001c35b5c3a0cb48d122a6abb7e58ffaf2ae2203fe23403c65aa5f3165ab5ba21a0332c5b38c16ae1dc9052f896e3329f4e56f03f3f3e88831f97ab');
INSERT INTO public.tokens VALUES ('b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\xc1012cf11f20b11df5eb000000017972f5ca9ab85914d8814f748777348d4bcd59b2d808702593ee7df6b176da5fd5', NULL);


--
-- Name: audit_events_id_seq; Type: SEQUENCE SET; Schema: kw; Owner: -
--

SELECT pg_catalog.setval('kw.audit_events_id_seq', 19, true);


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
-- Name: devices devices_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.devices
    ADD CONSTRAINT devices_pkey PRIMARY KEY (serial);


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

