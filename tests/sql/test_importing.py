"""Data keys that were made elsewhere: imported whole or not at all, once, from enrolled makers."""

import time
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import hypothesis
import pytest
from hypothesis import strategies as st
from kwshared import bundles
from kwshared.algorithms import KEMS, SIGNATURES
from kwshared.bundles import Item, SignerKey, Statement

from kwtools.sealing import Sealed
from tests.deployment import fork
from tests.sql.importing import (
    Maker,
    enrol,
    in_an_hour,
    left,
    recipient,
    refused,
    signer,
    some_deks,
    take,
)
from tests.sql.session import Session

Connect = Callable[..., Session]
STATUS = "select kw.set_signing_key_status('collector', %s)"


@pytest.fixture
def maker(session: Session) -> Maker:
    return Maker.of(session)


def signed(maker: Maker, given: list[Item], **changes: object) -> Sealed:
    """Sign items as they are, with whatever the note says of them changed."""
    bundle = bundles.written(given)
    said = bundles.statement(maker.to.deployment, bundle, len(given), 1, in_an_hour())
    return _noted(maker, bundle, said._replace(**changes))  # type: ignore[arg-type]


def _noted(maker: Maker, bundle: bytes, said: Statement | str) -> Sealed:
    by = maker.signer
    named = SignerKey(by.name, by.algorithm, by.public_key)
    return Sealed(bundles.signed(str(said), named, by.sign), bundle)


# -- what is accepted -------------------------------------------------------------------------


@pytest.mark.parametrize("kem", KEMS)
def test_every_data_key_of_a_bundle_gets_a_wrapper_that_opens_as_that_key(
    session: Session, kem: str
) -> None:
    maker = Maker.of(session, kem)
    found = take(session, maker.seal())
    assert list(found) == [foreign for foreign, _ in maker.deks]
    opened = session.value("select kw.unwrap_many(%s::uuid[])", list(found.values()))
    assert opened == [dek for _, dek in maker.deks]
    for wrapper in found.values():
        row = session.wrapper(str(wrapper))
        assert (row["dek_class"], row["status"], row["owner_name"]) == (
            "field",
            "active",
            "postgres",
        )
        assert str(wrapper) not in map(str, found)


@pytest.mark.parametrize("algorithm", SIGNATURES)
def test_every_signature_algorithm_signs_bundles(session: Session, algorithm: str) -> None:
    maker = Maker.of(session, algorithm=algorithm)
    assert len(take(session, maker.seal())) == 3


def test_data_keys_of_16_and_64_bytes_are_imported(maker: Maker) -> None:
    deks = [(uuid4(), bytes(16)), (uuid4(), bytes(64))]
    found = take(maker.session, maker.seal(deks=deks))
    query = "select kw.unwrap_many(%s::uuid[])"
    assert maker.session.value(query, list(found.values())) == [dek for _, dek in deks]


def test_the_policy_decides_how_they_are_wrapped(maker: Maker) -> None:
    session, sealed = maker.session, maker.seal(deks=some_deks(1))
    session.policy("by one", "single", 1, layers=[session.kem()])
    query = "select kw.import_wrapper(%s, %s, policy => 'by one')"
    wrapper = session.value(query, sealed.note, sealed.bundle)
    row = session.wrapper(str(wrapper))
    assert (row["kms2_key_id"], row["crypto_suite"]["mode"]) == (None, "single")
    assert len(session.layers(wrapper)) == 1
    session.refused("KW101", "select kw.import_wrapper('', '', 'no such policy')")


def test_a_wrapper_that_was_imported_says_so_and_is_bound_as_one_of_kw_wrap(maker: Maker) -> None:
    """Its payload has origin imported: so it can never become a branch."""
    session = maker.session
    wrapper = str(next(iter(take(session, maker.seal()).values())))
    assert session.bind("people", "1", "ssn", wrapper=wrapper) == wrapper
    sealed = session.encrypt("people", "1", "ssn", b"value")
    assert session.decrypt("people", "1", "ssn", sealed) == b"value"


def test_a_bundle_of_one_is_imported_by_the_short_form(maker: Maker) -> None:
    session = maker.session
    sealed = maker.seal(deks=maker.deks[:1])
    wrapper = session.value("select kw.import_wrapper(%s, %s)", sealed.note, sealed.bundle)
    assert session.value("select kw.unwrap(%s)", wrapper) == maker.deks[0][1]
    three = maker.seal(2, deks=some_deks())
    said = session.refused("KW003", "select kw.import_wrapper(%s, %s)", three.note, three.bundle)
    assert "bundle has 3 data keys, not one" in said


def test_a_private_key_that_is_sealed_and_one_that_is_retired_open_bundles(
    session: Session,
) -> None:
    maker = Maker.of(session)
    key_id = session.sealed_kem(1, "ML-KEM-768")
    to = recipient(session, maker.to.deployment, key_id)
    assert len(take(session, maker.seal(1, to=to))) == 3
    session.rows("select kw.set_kms_key_status(%s, 'retired')", key_id)
    assert len(take(session, maker.seal(2, to=to, deks=some_deks()))) == 3
    session.rows("select kw.set_kms_key_status(%s, 'disabled')", key_id)
    refused(session, maker.seal(3, to=to, deks=some_deks()), "KW200")


def test_numbers_may_have_gaps_and_makers_have_numbers_of_their_own(maker: Maker) -> None:
    session = maker.session
    other = enrol(session, signer("other"))
    take(session, maker.seal(7))
    take(session, maker.seal(1, signer=other, deks=some_deks()))
    take(session, maker.seal(9, deks=some_deks()))
    numbers = session.values("select number from kw.import_sources order by signing_key_id")
    assert numbers == [9, 1]


def test_an_import_is_audited_without_keys(maker: Maker) -> None:
    session = maker.session
    found = take(session, maker.seal(5))
    (event,) = session.rows(
        "select action, object, details from kw.audit_events order by id desc limit 1"
    )
    assert event[:2] == ("import_wrappers", "collector")
    assert event[2] == {"number": 5, "count": 3, "first": [str(one) for one in found.values()]}
    known = session.rows("select foreign_uuid, number from kw.imported_wrappers")
    assert dict(known) == dict.fromkeys(found, 5)


# -- who may ----------------------------------------------------------------------------------


def test_only_kw_unwrap_imports(
    maker: Maker, connect: Connect, make_role: Callable[..., str]
) -> None:
    sealed = maker.seal()
    for role in ("kw_admin", "kw_operator", "kw_client", "kw_grantor", "kw_auditor", "kw_signer"):
        one = connect(make_role(role))
        one.refused("42501", "select kw.import_wrapper_many(%s, %s)", sealed.note, sealed.bundle)
    name = make_role("kw_unwrap")
    found = take(connect(name), sealed)
    row = maker.session.wrapper(str(next(iter(found.values()))))
    assert row["owner_name"] == name


def test_a_grant_of_the_function_alone_does_not_let_a_role_import(
    maker: Maker, connect: Connect, make_role: Callable[..., str]
) -> None:
    name = make_role("kw_client")
    maker.session.rows(
        f"grant execute on function kw.import_wrapper_many(bytea, bytea, text) to {name}"
    )
    sealed = maker.seal()
    query = "select kw.import_wrapper_many(%s, %s)"
    said = connect(name).refused("KW100", query, sealed.note, sealed.bundle)
    assert "permission denied to import data keys" in said


# -- what is refused --------------------------------------------------------------------------


def test_a_replay_is_refused_and_a_number_that_is_not_higher(maker: Maker) -> None:
    session = maker.session
    sealed = maker.seal(3)
    take(session, sealed)
    for one in (sealed, maker.seal(3, deks=some_deks()), maker.seal(2, deks=some_deks())):
        assert "is not newer than the last one that was accepted" in refused(session, one)


def test_a_data_key_that_is_known_is_refused_though_it_was_shredded(maker: Maker) -> None:
    session = maker.session
    found = take(session, maker.seal())
    (foreign, wrapper), *_ = found.items()
    mixed = [*some_deks(1), (foreign, bytes(32))]
    assert f"data key {foreign} of" in refused(session, maker.seal(2, deks=mixed))
    session.bind("people", "1", "ssn", wrapper=str(wrapper))
    session.rows("select kw.shred('people', '1', 'ssn')")
    assert "was imported before" in refused(session, maker.seal(3, deks=mixed))


def test_one_uuid_twice_in_a_bundle_is_refused(maker: Maker) -> None:
    index_of_one = maker.seal(deks=some_deks(1))
    (item,) = bundles.items_of(index_of_one.bundle)
    said = refused(maker.session, signed(maker, [item, item]))
    assert "two data keys of one uuid" in said


def test_a_key_that_is_unknown_of_another_scope_retired_or_compromised_is_refused(
    maker: Maker,
) -> None:
    session = maker.session
    nobody = signer("nobody")
    assert '"nobody" of scope import does not exist' in refused(session, maker.seal(signer=nobody))
    application = enrol(session, signer("application"), "application:a")
    said = refused(session, maker.seal(signer=application))
    assert '"application" of scope import does not exist' in said
    session.rows(STATUS, "retired")
    assert "is retired, and its bundles are not accepted" in refused(session, maker.seal())
    session.rows(STATUS, "compromised")
    assert "is compromised, and its bundles are not accepted" in refused(session, maker.seal())


def test_a_signature_by_another_key_of_the_name_is_refused(maker: Maker) -> None:
    session, by = maker.session, maker.signer
    assert "is not signed by" in refused(session, maker.seal(signer=signer("collector")))
    false = replace(
        signer("collector"), public_key=by.public_key
    )  # says that it is the enrolled one
    assert "is not signed by" in refused(session, maker.seal(signer=false))


def test_a_note_without_a_signature_or_with_two_is_refused(maker: Maker) -> None:
    session, sealed = maker.session, maker.seal()
    text, _, line = sealed.note.rpartition(b"\n\n")
    for note in (text + b"\n", text + b"\n\n", sealed.note + line, b"", b"\xff\n\n" + line):
        assert "note" in refused(session, Sealed(note, sealed.bundle))


def test_a_bundle_for_another_deployment_is_refused(maker: Maker) -> None:
    session = maker.session
    elsewhere = maker.seal(to=replace(maker.to, deployment=uuid4()))
    assert "bundle is for deployment" in refused(session, elsewhere)
    sealed = maker.seal()
    fork(session)
    assert "bundle is for deployment" in refused(session, sealed)


def test_a_database_that_is_no_deployment_imports_nothing(session: Session) -> None:
    to = recipient(session, uuid4(), session.kem())
    maker = Maker(session, to, enrol(session, signer()))
    assert "is not a deployment yet" in refused(session, maker.seal())


def test_a_bundle_expires(maker: Maker) -> None:
    session = maker.session
    now = int(time.time())
    assert "has expired" in refused(session, maker.seal(valid_until=now - 1))
    assert "has expired" in refused(session, maker.seal(valid_until=0))
    take(session, maker.seal(valid_until=2**63 - 1))


def test_a_wrong_count_or_digest_is_refused(maker: Maker) -> None:
    session, sealed = maker.session, maker.seal()
    items = bundles.items_of(sealed.bundle)
    assert "its note says 2" in refused(session, signed(maker, items, items=2))
    assert "its note says 4" in refused(session, signed(maker, items, items=4))
    assert "1 to 10000 data keys, not 0" in refused(session, signed(maker, [], items=0))
    assert "not 10001" in refused(session, signed(maker, items, items=10_001))
    other = maker.seal(deks=some_deks())
    said = refused(session, Sealed(sealed.note, other.bundle))
    assert "its digest differs" in said
    said = refused(session, Sealed(sealed.note, sealed.bundle + b"\0"))
    assert "its digest differs" in said


def test_items_that_are_reordered_left_out_or_moved_are_refused_though_they_are_signed(
    maker: Maker,
) -> None:
    """A thief of the signing key has no bundle of another's opened as his own."""
    session = maker.session
    first, second, third = bundles.items_of(maker.seal().bundle)
    for items in ([second, first, third], [second, third], [first, third]):
        assert "cannot be opened" in refused(session, signed(maker, items))
    renamed = first._replace(foreign_uuid=uuid4())
    assert "cannot be opened" in refused(session, signed(maker, [renamed, second, third]))
    assert "cannot be opened" in refused(session, signed(maker, [first, second, third], number=2))
    thief = Maker(session, maker.to, enrol(session, signer("thief")))
    assert "cannot be opened" in refused(session, signed(thief, [first, second, third]))


def test_a_bundle_that_is_sealed_to_another_key_is_refused(maker: Maker) -> None:
    session, sealed = maker.session, maker.seal()
    items = bundles.items_of(sealed.bundle)
    same_kem = recipient(session, maker.to.deployment, session.kem()).key_uuid
    said = refused(session, signed(maker, [one._replace(key_uuid=same_kem) for one in items]))
    assert "cannot be opened" in said
    other_kem = recipient(session, maker.to.deployment, session.kem("P-256")).key_uuid
    said = refused(session, signed(maker, [one._replace(key_uuid=other_kem) for one in items]))
    assert "cannot be opened" in said
    leg = session.value("select key_uuid from kw.kms_keys where id = 1")
    for unusable in (uuid4(), leg):
        said = refused(session, signed(maker, [one._replace(key_uuid=unusable) for one in items]))
        assert f"sealed to key {unusable}" in said


@pytest.mark.parametrize("length", [0, 15, 65])
def test_a_data_key_of_a_wrong_length_is_refused(maker: Maker, length: int) -> None:
    foreign = uuid4()
    algorithm = KEMS[maker.to.kem]
    info = bundles.info(
        maker.to.deployment, maker.signer.public_key, 1, 0, foreign, maker.to.key_uuid, algorithm
    )
    item = Item(foreign, maker.to.key_uuid, *maker.to.seal(b"\x07" * length, info))
    said = refused(maker.session, signed(maker, [item]))
    assert "does not have 16 to 64 bytes" in said


def test_bundles_that_are_signed_but_are_no_lists_are_refused(maker: Maker) -> None:
    session, sealed = maker.session, maker.seal()
    whole = sealed.bundle
    for bundle in (
        whole + b"\0", whole[:-1], b"\0\0\0\0" + whole, whole + b"\0\0\0\1", b"\xff" * 40,
        b"\0\0\0\4\0\0\0\0",
    ):  # fmt: skip
        said = bundles.statement(maker.to.deployment, bundle, 3, 1, in_an_hour())
        assert "bundle cannot be read" in refused(session, _noted(maker, bundle, said))


def test_notes_that_are_signed_but_have_another_form_are_refused(maker: Maker) -> None:
    session, sealed = maker.session, maker.seal()
    text = sealed.note.decode().rpartition("\n\n")[0] + "\n"
    lines = text.split("\n")
    others = [
        text.replace("kwtools/2 import", "kwtools/3 import"),
        text + "more\n",
        text.replace(lines[1], lines[1].upper()),
        text.replace(lines[1], "{" + lines[1] + "}"),
        text.replace(f"\n{lines[2]}\n", f"\n0{lines[2]}\n"),
        text.replace(f"\n{lines[2]}\n", "\n-1\n"),
        text.replace(lines[5], lines[5][:-4]),
        text.replace(lines[5], lines[5][:-1]),
        "\n".join(lines[:5]) + "\n",
    ]
    for other in others:
        assert other != text
        assert "note" in refused(session, _noted(maker, sealed.bundle, other))
    zero = text.replace(f"\n{lines[2]}\n", "\n0\n")
    assert "is not newer" in refused(session, _noted(maker, sealed.bundle, zero))


def test_every_changed_byte_is_refused(maker: Maker) -> None:
    """Of the note and of the bundle: one bit, one byte less, one byte more, at every place."""
    session, sealed = maker.session, maker.seal(deks=some_deks(2))

    @hypothesis.settings(max_examples=150)
    @hypothesis.given(st.data())
    def refuses_an_edit(data: st.DataObject) -> None:
        of_note = data.draw(st.booleans())
        whole = sealed.note if of_note else sealed.bundle
        place = data.draw(st.integers(0, len(whole) - 1))
        how = data.draw(st.sampled_from(["flip", "drop", "repeat", "cut"]))
        byte = bytes([whole[place] ^ 1 << data.draw(st.integers(0, 7))])
        middle = {"flip": byte, "drop": b"", "repeat": whole[place : place + 1] * 2, "cut": b""}
        rest = b"" if how == "cut" else whole[place + 1 :]
        edited = whole[:place] + middle[how] + rest
        if edited == whole:
            return
        one = Sealed(edited, sealed.bundle) if of_note else Sealed(sealed.note, edited)
        session.refused("KW105", "select kw.import_wrapper_many(%s, %s)", one.note, one.bundle)

    refuses_an_edit()
    for place in range(len(sealed.note)):  # each byte of the note at least once
        changed = bytes([sealed.note[place] ^ 1])
        note = sealed.note[:place] + changed + sealed.note[place + 1 :]
        session.refused("KW105", "select kw.import_wrapper_many(%s, %s)", note, sealed.bundle)
    assert left(session)[1:3] == (0, None)
    assert len(take(session, sealed)) == 2


def test_a_level_that_signatures_require_counts_for_bundles(maker: Maker) -> None:
    session = maker.session
    session.rows("select kw.set_setting('signature_level', 3)")
    refused(session, maker.seal(), "KW104")
    strong = enrol(session, signer("strong", "ML-DSA-65"))
    assert len(take(session, maker.seal(signer=strong))) == 3


def test_nothing_of_an_import_stays_after_a_rollback(maker: Maker) -> None:
    session, sealed = maker.session, maker.seal()
    before = left(session)
    session.rows("begin")
    take(session, sealed)
    session.rows("rollback")
    assert left(session) == before
    assert len(take(session, sealed)) == 3


# -- the tables -------------------------------------------------------------------------------


def test_what_was_accepted_is_neither_lowered_nor_forgotten(maker: Maker) -> None:
    session = maker.session
    take(session, maker.seal(5))
    for statement in (
        "update kw.import_sources set number = 4",
        "delete from kw.import_sources",
        "update kw.imported_wrappers set foreign_uuid = gen_random_uuid()",
        "delete from kw.imported_wrappers",
    ):
        for setting in ("origin", "replica"):
            session.rows(f"set session_replication_role = {setting}")
            session.refused("KW102", statement)


def test_a_number_that_was_lowered_admits_no_replay(maker: Maker) -> None:
    session = maker.session
    bundles = [maker.seal(number, deks=some_deks()) for number in (4, 5, 6)]
    take(session, bundles[1])
    session.rows("alter table kw.import_sources disable trigger user")
    session.rows("update kw.import_sources set number = 1")
    assert "import_sources" in refused(session, bundles[0], "KW211")
    session.rows("update kw.import_sources set number = 5")
    refused(session, bundles[0])
    assert len(take(session, bundles[2])) == 3
    assert session.rows("select problem from kw.check_seals()") == []


def test_a_signing_key_that_was_edited_by_hand_signs_no_bundle(maker: Maker) -> None:
    session = maker.session
    session.rows("select kw.set_signing_key_status(%s, 'retired')", maker.signer.name)
    session.rows("alter table kw.signing_keys disable trigger user")
    session.rows("update kw.signing_keys set status = 'active', retired_at = null")
    assert "signing_keys" in refused(session, maker.seal(4, deks=some_deks()), "KW211")


def test_no_refusal_says_a_data_key(maker: Maker) -> None:
    session = maker.session
    deks = [(uuid4(), b"\xabSECRETSECRETSECRETSECRET")]
    sealed = maker.seal(deks=deks)
    take(session, sealed)
    said = [refused(session, sealed), refused(session, maker.seal(2, deks=deks))]
    other = Sealed(maker.seal(3, deks=deks).note, sealed.bundle)
    said.append(refused(session, other))
    for text in said:
        assert "SECRET" not in text
        assert deks[0][1].hex() not in text


def test_foreign_uuids_are_values_of_type_uuid(maker: Maker) -> None:
    found = take(maker.session, maker.seal())
    assert all(isinstance(one, UUID) for pair in found.items() for one in pair)
