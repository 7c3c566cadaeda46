"""What a live server makes is opened by the decoder that was written from docs/format.md alone."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.conftest import Database

DECODER = Path(__file__).parents[1] / "decoder" / "decode.mjs"

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
VALUES = [
    ("1", "a", "cell"),
    ("1", "b", "table"),
    ("1", "c", "column"),
    ("2", "a", "row"),
    ("2", "c", ""),
    ("2", None, "whole row"),
    ("3", "c", "second generation"),
]


def _keys(db: Database) -> list[dict[str, Any]]:
    rows = db.sql(
        """
        select k.key_uuid::text, k.external_key_ref, p.provider = 'wrapper'
        from kw.kms_keys k
        join kw.kms_providers p on p.id = k.provider_id
        """
    )
    keys: list[dict[str, Any]] = []
    for key_uuid, reference, is_branch in rows:
        if is_branch:
            keys.append({"key_uuid": key_uuid, "kind": "wrapper", "wrapper_uuid": reference})
        else:
            jwk = json.loads((db.place.keystore / f"{reference}.jwk").read_text())
            keys.append({"key_uuid": key_uuid, "kind": "local", "jwk": jwk})
    return keys


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
    content = {
        "format": "kwtools/1",
        "kms_keys": _keys(db),
        "wrappers": _wrappers(db),
        "fields": _fields(db),
    }
    file = tmp_path / "live.json"
    file.write_text(json.dumps(content))
    done = subprocess.run(["node", str(DECODER), str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    items = len(content["wrappers"]) + len(content["fields"])
    assert done.stdout.splitlines()[-1] == f"{items} passed, 0 failed"
    assert items > 15
