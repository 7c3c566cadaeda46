-- As kwruntime.algorithms has them; ids stay what they are, so that a restored dump finds them.
insert into kw.crypto_algorithms (id, class, name, nist_level, params)
values
    (
        1, 'kem', 'X25519', null,
        '{"aead": 2, "aliases": ["DHKEM(X25519, HKDF-SHA256)"], "encapsulation_bytes": 32, "kdf": 1, "kem": 32, "private_key_bytes": 32, "public_key_bytes": 32, "source": "RFC 7748; RFC 9180, DHKEM(X25519, HKDF-SHA256)"}'
    ),
    (
        2, 'kem', 'P-256', null,
        '{"aead": 2, "aliases": ["secp256r1", "prime256v1", "DHKEM(P-256, HKDF-SHA256)"], "encapsulation_bytes": 65, "kdf": 1, "kem": 16, "private_key_bytes": 32, "public_key_bytes": 65, "source": "NIST SP 800-186; RFC 9180, DHKEM(P-256, HKDF-SHA256)"}'
    ),
    (
        3, 'kem', 'ML-KEM-768', 3,
        '{"aead": 2, "aliases": ["MLKEM768"], "encapsulation_bytes": 1088, "kdf": 1, "kem": 65, "private_key_bytes": 64, "public_key_bytes": 1184, "source": "FIPS 203; draft-ietf-hpke-pq-04"}'
    ),
    (
        4, 'kem', 'ML-KEM-1024', 5,
        '{"aead": 2, "aliases": ["MLKEM1024"], "encapsulation_bytes": 1568, "kdf": 1, "kem": 66, "private_key_bytes": 64, "public_key_bytes": 1568, "source": "FIPS 203; draft-ietf-hpke-pq-04"}'
    ),
    (
        5, 'kem', 'ML-KEM-768+X25519', 3,
        '{"aead": 2, "aliases": ["MLKEM768-X25519", "X-Wing"], "encapsulation_bytes": 1120, "kdf": 1, "kem": 25722, "private_key_bytes": 32, "public_key_bytes": 1216, "source": "FIPS 203 and RFC 7748; draft-ietf-hpke-pq-04, MLKEM768-X25519"}'
    ),
    (
        6, 'symmetric', 'AES-256-GCM', 5,
        '{"aliases": ["A256GCM"], "key_bytes": 32, "nonce_bytes": 12, "source": "FIPS 197; NIST SP 800-38D", "tag_bytes": 16}'
    ),
    (
        7, 'symmetric', 'XAES-256-GCM', 5,
        '{"aliases": [], "key_bytes": 32, "nonce_bytes": 24, "source": "C2SP XAES-256-GCM", "tag_bytes": 16}'
    ),
    (
        8, 'hash', 'SHA-256', 2,
        '{"aliases": ["SHA2-256"], "digest_bytes": 32, "source": "FIPS 180-4"}'
    ),
    (
        9, 'sig', 'Ed25519', null,
        '{"aliases": [], "public_key_bytes": 32, "signature_bytes": 64, "source": "RFC 8032"}'
    ),
    (
        10, 'sig', 'ML-DSA-65', 3,
        '{"aliases": ["MLDSA65"], "public_key_bytes": 1952, "signature_bytes": 3309, "source": "FIPS 204"}'
    );

select setval('kw.crypto_algorithms_id_seq', 1000);
