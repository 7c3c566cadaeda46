"""Neither plaintext nor a key reaches a message of ours, a table, the data directory or the WAL.

The server logs all that it can. Values are bind parameters, so that what PostgreSQL itself
logs of them stands in lines of its own, which are told apart by their exact beginnings.
"""

import base64
import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from kwruntime.crypto import envelope
from kwruntime.crypto.encoding import lp
from kwruntime.crypto.envelope import DIRECT_WRAP, DekClass, Leg, Mode, local_keks
from kwruntime.crypto.formats import FORMAT_1, NEWEST
from kwshared.algorithms import SIGNATURES
from kwshared.moves import Manifest

from kwtools.cluster import Cluster, Place, set_up
from kwtools.postgres import installed
from tests import one_direct_wrap
from tests.deployment import make_deployment, make_log
from tests.signed_log import WITNESS_ED25519
from tests.sql.importing import Maker, enrol, recipient, signer
from tests.sql.session import Session
from tests.timeouts import timeout

PLAINTEXT = b"MARKED-PLAINTEXT-4711-\xc3\xa9"
IMPORTED = b"MARKED-DEK-IMPORTED-4711-0123456"
OLD_KEY = b"MARKED-OLD-KEY-4711-0123456789ab"
SETTINGS = {
    "log_statement": "all",
    "log_min_duration_statement": "0",
    "log_duration": "on",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
    "log_min_messages": "debug5",
    "log_min_error_statement": "debug5",
    "log_error_verbosity": "verbose",
    "debug_print_parse": "off",
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "all",
    "pg_stat_statements.track_utility": "on",
    "autovacuum": "off",
    "full_page_writes": "on",
}

# The lines in which PostgreSQL itself logs bind parameters. No value here has a line break.
_DETAIL = "Parameters" if installed().major >= 17 else "parameters"
_OF_PORTAL = r"(?:unnamed portal|portal \"[^\"]*\"|extended query) with parameters: \$1 = .*"
PARAMETERS = re.compile(
    rf"(?:\S+ \S+ \S+ \[\d+\] \S+ "
    rf"(?:DETAIL:  {_DETAIL}: \$1 = .*|CONTEXT:  {_OF_PORTAL})|\t{_OF_PORTAL})"
)
OF_PORTAL = re.compile(_OF_PORTAL)


@dataclass
class Secrets:
    """What must be found nowhere, in every spelling."""

    values: list[bytes] = field(default_factory=lambda: [PLAINTEXT, IMPORTED, OLD_KEY])

    def spellings(self) -> list[bytes]:
        return [spelling for value in self.values for spelling in _spellings(value)]

    def where(self, data: bytes) -> bytes | None:
        """Return a spelling that stands in the data."""
        return next((spelling for spelling in self.spellings() if spelling in data), None)


@cache  # there are some thousand lines and messages to look through
def _spellings(value: bytes) -> tuple[bytes, ...]:
    escaped = "".join(chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}" for byte in value)
    return (
        *(value, value.hex().encode(), value.hex().upper().encode()),
        *_base64_of_any_offset(value),
        *(repr(value)[2:-1].encode(), escaped.encode()),
    )


def _base64_of_any_offset(value: bytes) -> Iterator[bytes]:
    """What of the value's base64 is the same wherever in a longer text it begins."""
    for skip in range(3):
        part = value[skip : skip + (len(value) - skip) // 3 * 3]
        yield base64.b64encode(part)
        yield base64.urlsafe_b64encode(part)


@dataclass
class Run:
    """A run of every function with marked values, and what it left."""

    place: Place
    secrets: Secrets
    ours: list[str]
    """Every message that a client saw, with all its parts."""
    called: set[str]

    def connect(self) -> psycopg.Connection:
        return self.place.connect("leaks")


X25519_PUBLIC = bytes(31) + b"\x09"


class _Caller:
    """Calls functions with parameters, and keeps what the server says."""

    def __init__(self, run: Run, user: str = "postgres") -> None:
        self.run = run
        self.connection = run.place.connect("leaks", user)
        self.connection.add_notice_handler(self._heard)

    def _heard(self, said: psycopg.errors.Diagnostic) -> None:
        primary, detail = said.message_primary or "", said.message_detail or ""
        if said.severity_nonlocalized == "LOG" and detail.startswith(f"{_DETAIL}: $1 = "):
            assert primary.startswith(("execute ", "duration: ", "bind ", "parse "))
            detail = ""  # log_statement's own, shown to the client as it asked for debug messages
        context = [
            line for line in (said.context or "").splitlines() if not OF_PORTAL.fullmatch(line)
        ]
        self.run.ours += filter(None, (primary, detail, said.message_hint, *context))

    def __call__(self, call: str, *params: object, binary: bool = False) -> object:
        name = call.split("(")[0].removeprefix("kw.")
        self.run.called.add(name)
        try:
            row = self.connection.execute(
                f"select {call}", params, prepare=True, binary=binary
            ).fetchone()
        except psycopg.Error as error:
            self._heard(error.diag)
            return None
        return None if row is None else row[0]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(Cluster(settings=SETTINGS)).place
        with place.connect() as connection:
            connection.execute("create database leaks")
            connection.execute("create role reader login")
        with place.connect("leaks") as connection:
            connection.execute("create extension pg_stat_statements")
            set_up(connection, "leak")
            connection.execute("create table public.people (id bigint primary key, ssn bytea)")
            connection.execute(
                "create table public.viewed (id bigint primary key, ssn bytea, ssns bytea)"
            )
            connection.execute("create table public.tokens (id uuid primary key, ssn bytea)")
            connection.execute("create table public.sealed (id bigint, value bytea)")
            connection.execute("grant kw_client to reader")
        made = Run(place, Secrets(), [], set())
        _call_everything(made)
        for path in place.keystore.glob("*.jwk"):
            members = json.loads(path.read_text())
            encoded = members.get("k") or members["priv"]
            made.secrets.values.append(base64.urlsafe_b64decode(encoded + "=="))
        assert len(made.secrets.values) >= 9
        with place.connect("leaks") as connection:
            connection.execute("checkpoint")
            connection.execute("select pg_switch_wal()")
            connection.execute("checkpoint")
        yield made


def _call_everything(run: Run) -> None:
    with run.place.connect("leaks") as connection:
        connection.execute("alter database leaks set client_min_messages = debug5")
        names = {
            row[0]
            for row in connection.execute(
                "select proname from pg_proc where pronamespace = 'kw'::regnamespace "
                "and prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)"
                " and prolang <> (select oid from pg_language where lanname = 'internal')"
            )
        }
    call = _Caller(run)
    _well(call, run)
    _failing(call, run)
    _failing(_Caller(run, "reader"), run)
    assert names == run.called, "call the new function here too, with marked values"


def _well(call: _Caller, run: Run) -> None:
    text = PLAINTEXT.decode()
    call("kw.add_provider('branches', 'wrapper')")
    branch = call("kw.create_kms_key('branches', 'default')")
    call("kw.create_policy('leaf', 'single', %s)", branch)
    call("kw.create_policy('both', 'both', 1, 2)")
    call("kw.add_policy_key('leaf', 1)")
    call("kw.bind_policy('people', 'ssn', 'leaf')")
    call("kw.set_setting('cache_seconds', 300)")
    imported = call("kw.wrap(%s)", IMPORTED)
    call("kw.wrap_many(%s::bytea[], 'both')", [IMPORTED, None])
    run.secrets.values.append(_dek(call("kw.unwrap(%s)", call("kw.wrap()"))))
    assert call("kw.unwrap(%s)", imported) == IMPORTED
    call("kw.unwrap_many(%s::uuid[])", [imported])
    call("kw.bind('people', 1, 'ssn')")
    call("kw.give_wrappers(%s::uuid[], 'kw_client')", [imported])
    call("kw.bind('people', 9, 'ssn', wrapper => %s)", imported)
    call("kw.bind('people', '*', 'ssn')")
    call("kw.bind('people', '*')")
    call("kw.bind_many('people', %s::text[], 'ssn')", ["2", "3"])
    for pk in (1, 9, 77):
        wrapper = call("kw.lookup('people', %s, 'ssn')", pk)
        run.secrets.values.append(_dek(call("kw.unwrap(%s)", wrapper)))
    call("kw.lookup_many('people', %s::text[], 'ssn')", ["1", "2"])
    call("kw.entity_key('a', 'b')")
    for pk in (1, 9, 77):
        for binary in (False, True):
            sealed = call("kw.encrypt('people', %s, 'ssn', %s)", pk, PLAINTEXT, binary=binary)
            assert call("kw.decrypt('people', %s, 'ssn', %s)", pk, sealed) == PLAINTEXT
        call.connection.execute("insert into public.sealed values (%s, %s)", (pk, sealed))
        call("kw.reencrypt('people', %s, 'ssn', %s)", pk, sealed)
        sealed = call("kw.encrypt_text('people', %s, 'ssn', %s)", pk, text)
        assert call("kw.decrypt_text('people', %s, 'ssn', %s)", pk, sealed) == text
    keys = ["1", "2", "77"]
    many = call("kw.encrypt_many('people', %s::text[], 'ssn', %s)", keys, [PLAINTEXT] * 3)
    assert call("kw.decrypt_many('people', %s::text[], 'ssn', %s)", keys, many) == [PLAINTEXT] * 3
    call("kw.reencrypt_many('people', %s::text[], 'ssn', %s)", keys, many)
    many = call("kw.encrypt_text_many('people', %s::text[], 'ssn', %s)", keys, [text] * 3)
    assert call("kw.decrypt_text_many('people', %s::text[], 'ssn', %s)", keys, many) == [text] * 3
    _with_keys_of_other_types(call)
    _trying(call)
    call.connection.execute(
        "insert into public.sealed select 5, kw.encrypt('people', 5, 'ssn', %s)", (PLAINTEXT,)
    )
    call("kw.rewrap(%s)", imported)
    _with_layers(call, run, imported)
    call("kw._refuse_text(kw.encrypt('people', 1, 'ssn', %s)::kw.ciphertext_bytes)", PLAINTEXT)
    call("kw.create_index_key('people', 'ssn', 'unicode-14')")
    call("kw.blind_index('people', 'ssn', %s)", text)
    call("kw.blind_index('people', 'ssn', %s)", text + "\u0378")
    call("kw.blind_index_many('people', 'ssn', %s::text[])", [text, text + "\u0378"])
    call("kw.rotate_index_key('people', 'ssn')")
    call("kw.fill_tokens('people', 'ssn')")
    call("kw.finish_index_rotation('people', 'ssn', 'ssn', 'name', 0)")
    call("kw.blind_index('people', 'ssn', %s, next_key => true)", text)
    call("kw.cancel_index_rotation('people', 'ssn')")
    call("kw.shred_index_key('people', 'ssn')")
    call("kw.blind_index('people', 'ssn', %s)", text)
    call("kw.rotate('people', 1, 'ssn')")
    call("kw.rebind('people', entity_pk => '3', to_entity_pk => '4')")
    _through_a_view(call, text)
    call("kw.grant_field('people', 'ssn', 'reader')")
    call("kw.list_grants()")
    call("kw.confirm_grants('people')")
    call("kw.revoke_field('people', 'ssn', 'reader')")
    call("kw.entities_to_reclaim()")
    call("kw.reclaim_entities()")
    call("kw.check_restore()")
    call("kw.set_wrapper_status(%s, 'retired')", imported)
    call("kw.set_wrapper_status(%s, 'active')", imported)
    call("kw.verify()")
    call("kw.verify_page()")
    call("kw.verify_page(without_providers => '{local}')")
    call("kw.check_kms()")
    call("kw.key_dependents(1)")
    call("kw.safe_to_destroy(1)")
    call("kw.record_safe_to_destroy(1)")
    call("kw.record_verify()")
    call("kw.doctor()")
    call("kw.version()")
    call("kw.sessions_on_older_runtimes()")
    for table in ("people", "sealed"):
        call(f"kw.field_generations('{table}', 'ssn')")
        call(f"kw.retire_generations('{table}', 'ssn', 0)")
    call.connection.execute("create extension pgcrypto")
    assert _taking_over(call) == [PLAINTEXT]
    call("kw.shred('people', 4, 'ssn')")
    call("kw.shred_many('people', %s::text[], 'ssn')", ["5"])
    call("kw.shred_many_by_bigint('people', %s::bigint[], 'ssn')", [5, 78])
    call("kw.shred_many_by_uuid('tokens', %s::uuid[], 'ssn')", [str(UUID(int=2))])
    _protecting(call, run)
    _sealing(call, run)


def _protecting(call: _Caller, run: Run) -> None:
    """A plaintext column holds plaintext, so this one has other values."""
    call.connection.execute("create table plain (id int primary key, value text, other text)")
    call.connection.execute("insert into plain values (1, 'x', 'y'), (2, null, 'z')")
    call.connection.execute("create table searched (id int primary key, value text unique)")
    call.connection.execute("insert into searched values (1, 'x'), (2, null)")
    call("kw.plan_protection('plain', 'value')")
    for column in ("value", "other"):
        call(f"kw.protect_expand('plain', '{column}')")
    call("kw.protect_undo('plain', 'other')")
    for step in ("backfill", "backfill", "verify", "verify", "cut_over", "contract"):
        call(f"kw.protect_{step}('plain', 'value')")
    call("kw.protection_status()")
    call("kw.protection_status('plain')")
    call("kw._follow_columns('plain'::regclass)")
    chosen = "shown_by => 'view', search => 'equality'"
    call(f"kw.plan_protection('searched', 'value', {chosen})")
    call(f"kw.protect_expand('searched', 'value', {chosen})")
    for step in ("backfill", "backfill", "verify", "verify", "cut_over", "undo"):
        call(f"kw.protect_{step}('searched', 'value')")
    run.called.add("protect")
    call.connection.execute("call kw.protect('plain', 'other')")
    _taking_over_in_phases(call)


def _taking_over_in_phases(call: _Caller) -> None:
    execute = call.connection.execute
    execute("create table taken (id int primary key, value bytea)")
    text, binary = OLD_KEY.decode(), '{"binary": true}'
    execute("insert into taken values (1, pgp_sym_encrypt_bytea(%s, %s))", (PLAINTEXT, text))
    execute("insert into taken values (2, 'damaged'), (3, null)")
    given = "'taken', 'value', taken_over_from => 'pgcrypto-pgp', takeover_options => %s"
    call(f"kw.plan_protection({given}, old_key => %s)", binary, OLD_KEY)
    call(f"kw.protect_expand({given})", binary)
    for keys in ((OLD_KEY,), (OLD_KEY + b"\xff",), (None,)):
        call("kw.protect_backfill('taken', 'value', old_key => %s)", *keys)
    execute("delete from taken where id = 2")
    for step in ("backfill", "backfill", "verify", "verify", "cut_over"):
        call(f"kw.protect_{step}('taken', 'value', old_key => %s)", OLD_KEY)
    call("kw.protect_undo('taken', 'value', discard_newer => true)")


def _through_a_view(call: _Caller, text: str) -> None:
    call("kw.set_protected_field('viewed', 'ssn', 'text', 'cell')")
    call("kw.set_protected_field('viewed', 'ssns', 'text[]', 'cell')")
    call("kw.create_protected_view('viewed')")
    insert = "insert into viewed_decrypted (id, ssn, ssns) values (%s, %s, %s)"
    call.connection.execute(insert, (1, text, [text]))
    with contextlib.suppress(psycopg.errors.UniqueViolation):
        call.connection.execute(insert, (1, text, [text]))
    update = "update viewed_decrypted set ssn = ssn || %s, ssns = ssns || ssn returning ssn"
    call.connection.execute(update, (text,))
    for row in ("viewed_decrypted", "viewed"):
        call(f"kw._row_text(v) from {row} v")
    texts = [f"(9,{text},)"]
    call("kw._typed_rows(null::viewed_decrypted, %s)", texts)
    call("kw._typed_values('select $1', %s, null)", texts)
    rows = json.dumps([{"id": 1, "ssn": text, "ssns": [text]}])
    call("kw.upsert_protected('viewed_decrypted', %s)", rows)
    call("kw.upsert_protected('viewed_decrypted', %s)", json.dumps([{"ssn": text}]))
    call("kw.remake_protected_view('viewed_decrypted')")
    call("kw.create_protected_view('viewed', 'viewed_again')")
    call("kw.drop_protected_view('viewed_again')")


def _with_keys_of_other_types(call: _Caller) -> None:
    text = PLAINTEXT.decode()
    uuids = [str(UUID(int=n)) for n in (1, 2)]
    for table, kind, keys in (("people", "bigint", [1, 2]), ("tokens", "uuid", uuids)):
        call(f"kw.bind_many_by_{kind}('{table}', %s::{kind}[], 'ssn')", keys)
        call(f"kw.lookup_many_by_{kind}('{table}', %s::{kind}[], 'ssn')", keys)
        for form, value in (("", PLAINTEXT), ("_text", text)):
            place = f"('{table}', %s::{kind}[], 'ssn', %s)"
            many = call(f"kw.encrypt{form}_many_by_{kind}{place}", keys, [value] * 2)
            assert call(f"kw.decrypt{form}_many_by_{kind}{place}", keys, many) == [value] * 2
            call(f"kw.try_decrypt{form}_many_by_{kind}{place}", keys, many)
            call(f"kw.try_decrypt{form}_many_by_{kind}{place}", keys, [PLAINTEXT] * 2)
        many = call(f"kw.encrypt_many_by_{kind}{place}", keys, [PLAINTEXT] * 2)
        call(f"kw.reencrypt_many_by_{kind}{place}", keys, many)


def _trying(call: _Caller) -> None:
    sealed = call("kw.encrypt('people', 2, 'ssn', %s)", PLAINTEXT)
    for value in (sealed, PLAINTEXT):
        for form in ("", "_text"):
            call(f"kw.try_decrypt{form}('people', 2, 'ssn', %s)", value)
            call(f"kw.try_decrypt{form}_many('people', %s::text[], 'ssn', %s)", ["2"], [value])
        call("kw.is_ciphertext(%s)", value)
        call("kw.describe(%s)", value)
        call("kw.describe_many(%s)", [value, None])


def _taking_over(call: _Caller) -> object:
    """Values of other tools, with their keys and without; return what one of pgcrypto holds."""
    text = OLD_KEY.decode()
    query = "select pgp_sym_encrypt_bytea(%s, %s)"
    [(sealed,)] = call.connection.execute(query, (PLAINTEXT, text), prepare=True).fetchall()
    literal = b"\xcb" + bytes([len(PLAINTEXT) + 6]) + b"b\0\0\0\0\0" + PLAINTEXT
    data = b"12345678" + b"78" + literal
    clear = b"\xc3\x04\x04\x04\x00\x02\xc9" + bytes([len(data)]) + data
    rails = json.dumps({"primary_key": text, "key_derivation_salt": text}).encode()
    sources: dict[str, list[dict[str, object]]] = {
        "pgcrypto-pgp": [{"binary": True, "accept_in_the_clear": True}, {}],
        "pgcrypto-raw": [{}, {"type": text}],
        "lockbox": [{"attribute_key": True}, {"table": text, "attribute": "a"}],
        "rails": [{"digest": "sha1"}, {"digest": text}, {"key": text}],
        "pgsodium-det": [{}],
        text: [{}],
    }
    for source, options in ((one, options) for one in sources for options in sources[one]):
        for key in (OLD_KEY, rails, OLD_KEY + b"\xff", None):
            given = source, key, json.dumps(options)
            call("kw.check_takeover('sealed', 'value', %s, %s, %s)", *given)
            for value in (PLAINTEXT, sealed, clear):
                call("kw.takeover_many(%s, %s, %s::bytea[], %s)", source, key, [value], given[2])
    many = "kw.takeover_many('pgcrypto-pgp', %s, %s::bytea[], %s)"
    return call(many, OLD_KEY, [sealed], json.dumps({"binary": True}))


def _with_layers(call: _Caller, run: Run, imported: object) -> None:
    local = call("kw.create_kms_key('local', 'leak-kem', algorithm => 'ML-KEM-768')")
    sealed = call("kw.create_kem_key('leak-sealed', 'ML-KEM-768+X25519', 1)")
    call("kw.add_kem_key('local', 'elsewhere', 'X25519', %s)", X25519_PUBLIC)
    call("kw.create_policy('layered', 'either', 1, 2, %s::bigint[])", [local, sealed])
    call("kw.set_policy_layers('layered', 1, 2, 'random', '{\"wrapper\": \"{wrapper}\"}')")
    call("kw.set_algorithm_status('X25519', 'deprecated')")
    call("kw.check_algorithms()")
    call("kw.set_floor('people', 'ssn', null)")
    call("kw.set_read_audit('people', 'ssn', 'statements')")
    call("kw.relayer(%s, 'layered')", imported)
    call("kw.relayer_many(%s::uuid[], 'layered')", [imported])
    call("kw.rewrap_many(%s::uuid[])", [imported])
    _with_jobs(call, run)
    _signing(call, run)
    _importing(call)
    assert call("kw.unwrap(%s)", imported) == IMPORTED
    call.connection.execute("update kw.key_wrapper_layers set kem_ciphertext = 'changed'")
    call("kw.unwrap(%s)", imported)
    call("kw.relayer(%s)", imported)
    call("kw.verify()")
    call("kw.add_kem_key('local', 'bad', 'X25519', %s)", PLAINTEXT)


def _signing(call: _Caller, run: Run) -> None:
    """Sign with keys whose private keys are then known: what opens them is in the key file."""
    for number, algorithm in enumerate(SIGNATURES):
        name = f"signer {number}"
        call("kw.create_signing_key(%s, %s, 'application:leaks', 1)", name, algorithm)
        made = call("kw.sign(%s, %s, %s)", name, PLAINTEXT, b"context")
        call("kw.sign_many(%s, %s::bytea[], %s)", name, [PLAINTEXT, None], b"context")
        for message, signature in ((PLAINTEXT, made), (PLAINTEXT, PLAINTEXT), (IMPORTED, made)):
            call("kw.verify_signature(%s, %s, %s, %s)", name, message, signature, b"context")
            many = "kw.verify_signature_many(%s, array[%s]::bytea[], array[%s]::bytea[], %s)"
            call(many, name, message, signature, b"context")
        run.secrets.values.append(_private_key(call, name))
    call("kw.import_signing_key('bad', 'Ed25519', 'application:leaks', %s)", PLAINTEXT)
    for context in (PLAINTEXT, PLAINTEXT * 20):
        call("kw.sign('signer 0', %s, %s)", PLAINTEXT, context)
        call("kw.verify_signature('signer 0', %s, %s, %s)", PLAINTEXT, PLAINTEXT, context)
    call("kw.sign('nobody', %s)", PLAINTEXT)
    call("kw.set_signing_key_status('signer 0', 'retired')")
    call("kw.sign('signer 0', %s)", PLAINTEXT)
    with call.connection.transaction():
        call.connection.execute("alter table kw.signing_keys disable trigger guard_immutable")
        change = "set_byte(private_key_enc, 40, get_byte(private_key_enc, 40) # 1)"
        call.connection.execute(
            f"update kw.signing_keys set private_key_enc = {change} where name = 'signer 1'"
        )
    call("kw.sign('signer 1', %s)", PLAINTEXT)
    call("kw.verify()")
    _deploying(call, run)
    _logging(call, run)


def _logging(call: _Caller, run: Run) -> None:
    """Make the log and seal into it, by keys that are then known, too."""
    session = Session(call.connection)
    make_log(session, "Ed25519", "ML-DSA-44")
    run.secrets.values += [_private_key(call, f"log {name}") for name in ("Ed25519", "ML-DSA-44")]
    call("kw.set_log_keys('{log Ed25519,log ML-DSA-44}')")
    call("kw.create_log('db.example.com', '{log Ed25519}')")
    call("kw.append_audit()")
    call("kw.append_state()")
    call("kw.check_state(%s)", session.value("select kw.sign_checkpoint()"))
    call("kw.sign_checkpoint()")
    session.rows("call kw.seal_audit()")
    run.called.add("seal_audit")
    call("kw.add_witness(%s)", str(WITNESS_ED25519.verifier))
    call("kw.add_cosignatures(%s)", session.value("select kw.sign_checkpoint()"))
    call("kw.remove_witness(%s)", str(WITNESS_ED25519.verifier))
    call("kw.audit_proof(%s)", session.value("select min(id) from kw.audit_events"))
    call("kw.audit_receipt(%s)", session.value("select min(wrapper_uuid) from kw.shred_receipts"))


def _importing(call: _Caller) -> None:
    """Import a data key from a maker, and bundles of it that are refused at each step."""
    session = Session(call.connection)
    to = recipient(session, make_deployment(session), session.kem())
    maker = Maker(session, to, enrol(session, signer()), [(UUID(int=1), IMPORTED)])
    one, many = "kw.import_wrapper(%s, %s)", "kw.import_wrapper_many(%s, %s)"
    whole = maker.seal(1)
    assert call(one, whole.note, whole.bundle) is not None
    for sealed in (
        whole, maker.seal(2), maker.seal(3, to=replace(to, deployment=UUID(int=0))),
        maker.seal(3, valid_until=1), maker.seal(3, signer=signer()),
        replace(whole, bundle=IMPORTED), replace(whole, note=IMPORTED),
        replace(whole, note=whole.note + PLAINTEXT), maker.seal(3, deks=[(UUID(int=2), IMPORTED)]),
    ):  # fmt: skip
        call(many, sealed.note, sealed.bundle)
    call(one, PLAINTEXT, PLAINTEXT)
    call("kw.create_signing_key('moves', 'Ed25519', 'export', 1)")
    wrapper = call("kw.wrap(%s)", IMPORTED)
    for wrappers in ([wrapper], [wrapper] * 2):
        call("kw.export_wrapper_many(%s::uuid[], %s::jsonb, 'moves')", wrappers, str(to))
    _moving(call, wrapper)


def _moving(call: _Caller, carrier: object) -> None:
    """Values under a carrier: as they are, of another cell, and no values at all."""
    call("kw.bind('people', '8'::text, 'ssn')")
    value = call("kw.encrypt('people', '8'::text, 'ssn', %s)", PLAINTEXT)
    sealed = call("kw.export_values(%s, 'people', '{8}', 'ssn', %s)", carrier, [value])
    for key, given in (("8", sealed), ("9", sealed), ("8", [PLAINTEXT])):
        call("kw.import_values(%s, 'people', %s, 'ssn', %s)", carrier, [key], given)
    for manifest in (PLAINTEXT, bytes(Manifest(UUID(int=1), UUID(str(carrier)), []))):
        call("kw.accept_move(%s, %s, %s)", carrier, manifest, PLAINTEXT)
        call("kw.sign_move(%s, %s, 'moves')", carrier, manifest)


def _deploying(call: _Caller, run: Run) -> None:
    """Make a deployment key that is then known: what opens it is in the key file."""
    call("kw.create_policy('sealing', 'single', 1)")
    assert call("kw.create_deployment('sealing')")
    run.secrets.values.append(_deployment_key(call))


def _sealing(call: _Caller, run: Run) -> None:
    call("kw.wrap(%s)", IMPORTED)
    call("kw.seal_rows()")
    call("kw.seal_deployment()")
    call("kw.replace_deployment_key('sealing', false, 'a reason')")
    run.secrets.values.append(_deployment_key(call))
    call("kw.reseal_rows('settings/' || %s)", PLAINTEXT.decode())
    call("kw.reseal_rows()")
    call("kw.seal_deployment()")
    call("kw.replace_deployment_key('sealing', true, 'a reason')")
    for checkpoint in (PLAINTEXT.decode(), call("kw.sign_checkpoint()")):
        call("kw.acknowledge_restore(%s, 'a reason')", checkpoint)
    call("kw.accept_rows('settings', %s, 'a reason')", [PLAINTEXT.decode()])
    call("kw.accept_rows(%s, %s, 'a reason')", "settings", ["cache_seconds"])
    call("kw.accept_state('a reason')")
    call.connection.execute("update kw.settings set value = value + 1")
    call("kw.check_seals()")
    call("kw.set_setting('cache_seconds', 300)")
    call("kw.accept_rows('settings', %s, 'a reason')", ["cache_seconds"])  # so that calls go on


def _deployment_key(call: _Caller) -> bytes:
    row = call.connection.execute(
        """
        select w.wrapper_uuid, w.dek_wrap1, w.crypto_suite ->> 'commitment', k.key_uuid,
            k.external_key_ref
        from kw.key_wrappers w
        join kw.kms_keys k on k.id = w.kms1_key_id
        where w.dek_class = 'deployment'
        order by w.id desc
        """
    ).fetchone()
    assert row is not None
    wrapper, wrap, commitment, key_uuid, reference = row
    members = json.loads((call.run.place.keystore / f"{reference}.jwk").read_text())
    keks = local_keks(base64.urlsafe_b64decode(members["k"] + "=="))
    context = envelope.context(
        NEWEST,
        UUID(wrapper),
        Leg(1, 1, key_uuid, DIRECT_WRAP),
        Mode.SINGLE,
        envelope.USUAL_BYTES,
        DekClass.DEPLOYMENT,
        bytes.fromhex(commitment),
    )
    return envelope.dek_of(one_direct_wrap.unwrap(keks, UUID(wrapper).bytes, wrap, context))


def _private_key(call: _Caller, name: str) -> bytes:
    """Open a private key by the file of its key, as the format says."""
    row = call.connection.execute(
        """
        select s.scope, a.name, s.public_key, s.private_key_enc, k.key_uuid, k.external_key_ref
        from kw.signing_keys s
        join kw.crypto_algorithms a on a.id = s.algo_id
        join kw.kms_keys k on k.id = s.kms_key_id
        where s.name = %s
        """,
        (name,),
    ).fetchone()
    assert row is not None
    scope, algorithm, public, sealed, key_uuid, reference = row
    members = json.loads((call.run.place.keystore / f"{reference}.jwk").read_text())
    secret = base64.urlsafe_b64decode(members["k"] + "==")
    context = lp(
        b"kwtools/2 signing key", name.encode(), scope.encode(), algorithm.encode(), public,
        key_uuid.bytes, DIRECT_WRAP.encode(),
    )  # fmt: skip
    owner = sha256(public).digest()[:16]
    return one_direct_wrap.unwrap(local_keks(secret), owner, sealed, context, FORMAT_1)


def _with_jobs(call: _Caller, run: Run) -> None:
    call("kw.set_policy_renewal('default', '1 year', true)")
    call("kw.schedule_due_rewraps()")
    call("kw.plan_rewrap(policy => 'default')")
    call("kw.schedule_rewrap(policy => 'default')")
    call("kw.run_rewrap_jobs(%s)", call("kw.claim_rewrap_jobs()"))
    call("kw.schedule_rewrap(to_policy => 'layered')")
    damaged = call("kw.wrap(null, 'both')")
    call.connection.execute(
        "update kw.key_wrappers set dek_wrap1 = 'changed' where wrapper_uuid = %s", (str(damaged),)
    )
    run.called.add("work_rewrap_jobs")
    for schedule in ("schedule_rotate('people')", "schedule_rewrap(policy => 'both')"):
        call.connection.execute("call kw.work_rewrap_jobs()")
        call(f"kw.{schedule}")
    call.connection.execute("call kw.work_rewrap_jobs()")
    failed = "select last_error from kw.rewrap_jobs where status = 'failed'"
    assert call.connection.execute(failed).fetchall() != []
    call("kw.retry_rewrap_jobs()")
    call("kw.cancel_rewrap_jobs()")


def _dek(value: object) -> bytes:
    assert isinstance(value, bytes)
    return value


def _failing(call: _Caller, run: Run) -> None:
    """Calls that fail, at every stage, with marked values in every place that takes a value."""
    text = PLAINTEXT.decode()
    for wrong in (IMPORTED * 3, PLAINTEXT[:5], b""):
        call("kw.wrap(%s)", wrong)
        call("kw.wrap_many(%s::bytea[])", [IMPORTED, wrong])
    call("kw.wrap(%s, 'no such policy')", IMPORTED)
    call("kw.give_wrappers('{00000000-0000-4000-8000-000000000000}', %s)", text)
    for pk, name in (
        ("1", "ssn"),
        ("4", "ssn"),
        ("1", "other"),
        ("*", "ssn"),
        (None, "ssn"),
        ("1" * 65, "ssn"),
    ):
        for entity in ("people", "nowhere", "a.b.c", "pg_catalog.pg_class", None):
            call("kw.encrypt(%s, %s::text, %s, %s)", entity, pk, name, PLAINTEXT)
            call("kw.encrypt_text(%s, %s::text, %s, %s)", entity, pk, name, text)
            call(
                "kw.encrypt_many(%s, %s::text[], %s, %s)", entity, [pk, "2"], name, [PLAINTEXT] * 2
            )
            call("kw.decrypt(%s, %s::text, %s, %s)", entity, pk, name, PLAINTEXT)
            call("kw.decrypt_text(%s, %s::text, %s, %s)", entity, pk, name, PLAINTEXT)
            call(
                "kw.decrypt_many(%s, %s::text[], %s, %s)", entity, [pk, "2"], name, [PLAINTEXT] * 2
            )
            call("kw.reencrypt(%s, %s::text, %s, %s)", entity, pk, name, PLAINTEXT)
    call("kw.encrypt_many('people', %s::text[], 'ssn', %s)", ["1"], [PLAINTEXT] * 2)
    call("kw.encrypt_text_many('people', %s::text[], 'ssn', %s)", ["1"], [text] * 2)
    not_text = call("kw.encrypt('people', 2, 'ssn', %s)", PLAINTEXT + b"\xff")
    call("kw.decrypt_text('people', 2, 'ssn', %s)", not_text)
    with_zero = call("kw.encrypt('people', 2, 'ssn', %s)", PLAINTEXT + b"\0")
    call("kw.decrypt_text_many('people', %s::text[], 'ssn', %s)", ["2"], [with_zero])
    call("kw._as_owner()")
    call("kw._read_as_owner()")
    call(f"kw._still_stands({', '.join(['null'] * 20)})")
    call("kw._collect_row(1, null, %s, true)", text)
    call("kw._write_rows(1, 'INSERT')")
    call("kw._write_view()")
    call("kw._load()")
    call("kw._text()")
    call("kw._complete()")
    call("kw.reclaim_entity('people')")
    call("kw.set_kms_key_status(2, 'disabled')")
    call("kw.record_destroyed_key(2)")
    call("kw.set_provider_enabled('local', false)")
    call("kw.encrypt('people', 2, 'ssn', %s)", PLAINTEXT)
    call("kw.wrap(%s)", IMPORTED)
    call("kw.unwrap(%s)", call("kw.lookup('people', 9, 'ssn')"))
    call("kw.set_provider_enabled('local', true)")
    call("kw.declare_shared_root('local', 'branches')")
    call("kw.undeclare_shared_root('local')")
    call("kw.set_kms_key_status(2, 'active')")
    call("kw.add_kms_key('local', 'no-such-key')")
    with contextlib.suppress(psycopg.Error):  # an error of PostgreSQL's own after ours went well
        call.connection.execute(
            "select kw.encrypt('people', 2, 'ssn', %s), 1 / (kw.lookup('people', 2) is null)::int",
            (PLAINTEXT,),
        )
    with timeout(call.connection, 50):
        call("kw.encrypt('people', g, 'ssn', %s) from generate_series(1000, 90000) g", PLAINTEXT)


def test_no_message_of_ours_holds_a_secret(run: Run) -> None:
    assert len(run.ours) > 100
    assert any("could not decrypt" in message for message in run.ours)
    for message in run.ours:
        assert run.secrets.where(message.encode()) is None, message


def test_no_line_of_the_log_holds_a_secret_but_postgresqls_own_of_parameters(run: Run) -> None:
    excused = 0
    for line in run.place.log.read_text(errors="surrogateescape").splitlines():
        found = run.secrets.where(line.encode(errors="surrogateescape"))
        if found is not None:
            assert PARAMETERS.fullmatch(line), line
            excused += 1
    assert excused > 50  # the log did record the parameters, so the marker was looked for


def test_no_column_of_any_table_holds_a_secret(run: Run) -> None:
    with run.connect() as connection:
        tables = connection.execute(
            "select oid::regclass::text from pg_class where relkind in ('r', 'm') "
            "and relnamespace in ('kw'::regnamespace, 'public'::regnamespace)"
        ).fetchall()
        assert len(tables) > 15
        for (table,) in tables:
            for row in connection.execute(f"select to_jsonb(t)::text, t::text from {table} t"):
                assert run.secrets.where(json.dumps(row, ensure_ascii=False).encode()) is None, (
                    table
                )


def test_statement_statistics_hold_no_secret(run: Run) -> None:
    with run.connect() as connection:
        texts = [row[0] for row in connection.execute("select query from pg_stat_statements")]
    assert any("kw.encrypt" in text for text in texts)
    for text in texts:
        assert run.secrets.where(text.encode()) is None, text


def test_no_file_of_the_data_directory_holds_a_secret(run: Run) -> None:
    """Heap, indexes, WAL, statistics and temporary files, all on disk after the checkpoints."""
    searched = 0
    for path in run.place.data.rglob("*"):
        if path.is_file():
            found = run.secrets.where(path.read_bytes())
            assert found is None, f"{path.relative_to(run.place.data)}: {found!r}"
            searched += 1
    assert searched > 1000
    wal = list((run.place.data / "pg_wal").glob("0*"))
    assert wal
    with run.connect() as connection:
        [(sealed,)] = connection.execute("select value from public.sealed where id = 77").fetchall()
    assert any(bytes(sealed)[:30] in path.read_bytes() for path in wal), (
        "the WAL has the ciphertexts"
    )


def test_the_search_finds_what_was_written_in_clear(run: Run) -> None:
    """So that the tests above are known to be able to fail."""
    with run.connect() as connection:
        connection.execute("create table public.clear (value bytea)")
        connection.execute("insert into public.clear values (%s)", (PLAINTEXT,))
        connection.execute("checkpoint")
    try:
        paths: list[Path] = [path for path in run.place.data.rglob("*") if path.is_file()]
        assert any(run.secrets.where(path.read_bytes()) for path in paths)
        secrets = Secrets([PLAINTEXT])
        for spelled in (PLAINTEXT.hex(), base64.b64encode(b"a" + PLAINTEXT).decode(),
                        base64.b64encode(b"ab" + PLAINTEXT + b"c").decode()):  # fmt: skip
            assert secrets.where(f"x{spelled}x".encode()) is not None
    finally:
        with run.connect() as connection:
            connection.execute("drop table public.clear")
