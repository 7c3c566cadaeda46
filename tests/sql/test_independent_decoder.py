"""What a live server makes is opened by the decoder that was written from docs/format.md alone."""

import json
from pathlib import Path
from typing import Any

from tests.conftest import Database
from tests.decoder.run import decode

SET_UP = """
select kw.add_provider('branches', 'wrapper');
select kw.create_policy('both', 'both', 1, 2), kw.create_policy('single', 'single', 1);
select kw.create_kms_key('branches', 'single');
select kw.create_policy('branched', 'single', 3);
select kw.create_kms_key('branches', 'branched');
select kw.create_policy('deep', 'both', 4, 2);
create table t (id bigint primary key, a bytea, b bytea, c bytea, d bytea);
select kw.bind('t', 1, 'a', policy => 'both'), kw.bind('t', 2, policy => 'single'),
    kw.bind('t', '*', 'c', policy => 'branched'), kw.bind('t', '*', policy => 'default');
insert into t values (1, kw.encrypt_text('t', 1, 'a', 'cell'),
    kw.encrypt_text('t', 1, 'b', 'table'), kw.encrypt_text('t', 1, 'c', 'column'));
insert into t values (2, kw.encrypt_text('t', 2, 'a', 'row'), null,
    kw.encrypt_text('t', 2, 'c', ''), kw.encrypt_text('t', 2, null, 'whole row'));
select kw.rotate('t', 1, 'a'), kw.rotate('t', '*', 'c');
insert into t values (3, null, null, kw.encrypt_text('t', 3, 'c', 'second generation'));
select kw.rewrap(wrapper_uuid::uuid) from kw.key_wrappers;
select kw.rewrap(wrapper_uuid::uuid, kms1_key_id)
from kw.key_wrappers where kms2_key_id is not null;
select kw.wrap('\\x000102030405060708090a0b0c0d0e0f', 'deep');
"""
# KEM keys of files, one sealed under a key and one under a branch; layers added to what had none
LAYERS = r"""
select kw.create_kms_key('local', 'k-1', 'wrap', 'X25519'),
    kw.create_kms_key('local', 'k-2', 'wrap', 'P-256'),
    kw.create_kms_key('local', 'k-3', 'wrap', 'ML-KEM-768'),
    kw.create_kms_key('local', 'k-4', 'wrap', 'ML-KEM-1024'),
    kw.create_kms_key('local', 'k-5', 'wrap', 'ML-KEM-768+X25519'),
    kw.create_kem_key('k-6', 'P-256', 1),
    kw.create_kem_key('k-7', 'ML-KEM-768', 4);
create function keys(variadic names text[]) returns bigint[] language sql as $$
    select array_agg(k.id order by n.place) from unnest(names) with ordinality n (name, place)
    join kw.kms_keys k on k.external_key_ref = n.name
$$;
select kw.create_policy('layered', 'both', 1, 2, keys('k-5', 'k-2', 'k-4')),
    kw.create_policy('seven', 'either', 1, 2, keys(
        'k-1', 'k-2', 'k-3', 'k-4', 'k-5', 'k-6', 'k-7')),
    kw.create_policy('turns', 'single', 3, null, keys('k-1', 'k-3', 'k-6')),
    kw.create_policy('layered branches', 'single', 1, null, keys('k-3', 'k-1'));
select kw.set_policy_layers('layered', 3, 3, 'defined',
    '{"zz": "{wrapper}/{key}", "заметка": "für \"{class}\" \\ 東京\n\t\u0001\u007f",
      "policy": "{policy}", "é": "", "layer": "{layer}"}');
select kw.set_policy_layers('turns', 1, 1, 'round_robin');
select kw.create_kms_key('branches', 'layered branches');
select kw.create_policy('under layers', 'single', max(id)) from kw.kms_keys;
select kw.wrap(policy => policy) from unnest(array[
    'layered', 'seven', 'turns', 'turns', 'turns', 'under layers']) policy;
select kw.wrap('\x000102030405060708090a0b0c0d0e0f', 'layered');
select kw.bind('t', 4, 'a', policy => 'layered');
insert into t values (4, kw.encrypt_text('t', 4, 'a', 'behind layers'));
select kw.rewrap(wrapper_uuid::uuid) from kw.key_wrappers
where jsonb_array_length(crypto_suite -> 'layers') = 3;
select kw.relayer(w.wrapper_uuid::uuid, 'seven') from kw.key_wrappers w
join kw.encryption_bindings b on b.key_wrapper_id = w.id where b.entity_pk = '2';
"""
VALUES = [
    ("1", "a", "cell"),
    ("1", "b", "table"),
    ("1", "c", "column"),
    ("2", "a", "row"),
    ("2", "c", ""),
    ("2", None, "whole row"),
    ("3", "c", "second generation"),
    ("4", "a", "behind layers"),
]


def _keys(db: Database) -> list[dict[str, Any]]:
    rows = db.sql(
        """
        select k.key_uuid::text, k.external_key_ref, k.external_key_id, k.algorithm,
            encode(k.public_key, 'hex'), p.provider = 'wrapper', sealing.key_uuid::text,
            encode(s.sealed_key, 'hex')
        from kw.kms_keys k
        join kw.kms_providers p on p.id = k.provider_id
        left join kw.kem_private_keys s on s.kms_key_id = k.id
        left join kw.kms_keys sealing on sealing.id = s.sealed_by_key_id
        """
    )
    keys: list[dict[str, Any]] = []
    for key_uuid, reference, external_id, kem, public_key, is_branch, sealed_by, sealed in rows:
        key: dict[str, Any] = {"key_uuid": key_uuid, "kind": "kem" if public_key else "local"}
        if public_key:
            key |= {"kem": kem, "public_key": public_key, "external_key_id": external_id}
        if sealed:
            key |= {"sealed_by_key_uuid": sealed_by, "sealed_key": sealed}
        elif is_branch:
            key |= {"kind": "wrapper", "wrapper_uuid": reference}
        else:
            key["jwk"] = json.loads((db.place.keystore / f"{reference}.jwk").read_text())
        keys.append(key)
    return keys


def _layers(db: Database, wrapper_uuid: str) -> list[dict[str, Any]]:
    rows = db.sql(
        """
        select layer_no, k.key_uuid::text, a.name, encode(kem_ciphertext, 'hex'),
            encode(encap_pubkey, 'hex'), aad, meta
        from kw.key_wrapper_layers l
        join kw.key_wrappers w on w.id = l.key_wrapper_id
        join kw.kms_keys k on k.id = l.kms_key_id
        join kw.crypto_algorithms a on a.id = l.kem_algo_id
        where wrapper_uuid = %s
        """,
        wrapper_uuid,
    )
    names = (
        "layer_no", "kms_key_uuid", "kem", "kem_ciphertext", "encap_pubkey", "aad", "meta",
    )  # fmt: skip
    return [dict(zip(names, row, strict=True)) for row in rows]


def _wrappers(db: Database) -> list[dict[str, Any]]:
    rows = db.sql(
        """
        select wrapper_uuid, crypto_suite, one.key_uuid::text, two.key_uuid::text, wrap1_version,
            wrap2_version, encode(dek_wrap1, 'hex'), encode(dek_wrap2, 'hex'), dek_class
        from kw.key_wrappers
        join kw.kms_keys one on one.id = kms1_key_id
        left join kw.kms_keys two on two.id = kms2_key_id
        """
    )
    names = (
        "wrapper_uuid", "crypto_suite", "kms1_key_uuid", "kms2_key_uuid", "wrap1_version",
        "wrap2_version", "dek_wrap1", "dek_wrap2",
    )  # fmt: skip
    wrappers = []
    for *columns, dek_class in rows:
        wrapper = dict(zip(names, columns, strict=True))
        dek = None
        if dek_class == "field":
            dek = db.sql("select encode(kw.unwrap(%s), 'hex')", wrapper["wrapper_uuid"])[0][0]
        expect = {"class": dek_class, "dek": dek}
        wrapper["layers"] = _layers(db, wrapper["wrapper_uuid"])
        wrappers.append({**wrapper, "name": wrapper["wrapper_uuid"], "expect": expect})
    return wrappers


def _fields(db: Database) -> list[dict[str, Any]]:
    fields = []
    for pk, field, value in VALUES:
        # the whole row's value lies in column d
        ciphertext = db.sql(f"select {field or 'd'} from t where id = %s", int(pk))[0][0]
        binding_id = int.from_bytes(ciphertext[2:10], "big")
        generation = int.from_bytes(ciphertext[10:14], "big")
        (row,) = db.sql(
            """
            select b.entity_pk, b.field_name, w.wrapper_uuid
            from kw.encryption_bindings b
            left join kw.binding_generations g on g.binding_id = b.id and g.generation = %s
            join kw.key_wrappers w on w.id = coalesce(g.key_wrapper_id, b.key_wrapper_id)
            where b.id = %s
            """,
            generation,
            binding_id,
        )
        fields.append(
            {
                "name": f"{pk} {field}",
                "binding": {
                    "id": str(binding_id),
                    "entity_pk": row[0],
                    "field_name": row[1],
                    "generation": generation,
                },
                "wrapper_uuid": row[2],
                "entity_pk": pk,
                "field_name": field,
                "ciphertext": ciphertext.hex(),
                "plaintext": value.encode().hex(),
            }
        )
    return fields


def test_the_independent_decoder_opens_what_a_live_server_made(
    db: Database, tmp_path: Path
) -> None:
    with db.place.connect(db.name) as connection:
        connection.execute(SET_UP)
        connection.execute(LAYERS)
    content: dict[str, Any] = {
        "format": "kwtools/2",
        "kms_keys": _keys(db),
        "wrappers": _wrappers(db),
        "fields": _fields(db),
    }
    file = tmp_path / "live.json"
    file.write_text(json.dumps(content))
    done = decode(file)
    assert done.returncode == 0, done.stdout + done.stderr
    items = len(content["wrappers"]) + len(content["fields"])
    assert done.stdout.splitlines()[-1] == f"{items} passed, 0 failed"
    assert items > 25
    layers = [layer for wrapper in content["wrappers"] for layer in wrapper["layers"]]
    assert len({layer["kms_key_uuid"] for layer in layers}) == 7
    assert any(layer["aad"] for layer in layers)
