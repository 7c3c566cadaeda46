"""Signing keys whose private key is sealed under a key of each kind of provider."""

import pytest
from kwshared.algorithms import SIGNATURES

from tests.conftest import Database
from tests.providers.harness import HARNESSES, Harness, error_of

SIGN = "select kw.sign(%s, 'm', 'c')"
VERIFY = "select kw.verify_signature(%s, 'm', %s, 'c')"


@pytest.mark.parametrize("kms", HARNESSES, indirect=True)
def test_a_key_signs_by_its_kms_and_verifies_without_it(db: Database, kms: Harness) -> None:
    sealing = kms.register(db)
    made = {}
    for name in SIGNATURES:
        db.sql("select kw.create_signing_key(%s, %s, 'application:a', %s)", name, name, sealing)
        made[name] = db.sql(SIGN, name)[0][0]
        assert db.sql(VERIFY, name, made[name]) == [(True,)]
    assert db.sql("select * from kw.verify()") == []
    if "server stopped" in kms.cannot:
        return
    session = db.connect()
    session.execute(SIGN, ("Ed25519",))
    kms.stop()
    # What the session has opened still signs; a new session has to ask the KMS.
    assert session.execute(SIGN, ("Ed25519",)).fetchone() == (made["Ed25519"],)
    new = db.connect()
    error = error_of(new, SIGN, "Ed25519")
    assert error.sqlstate == "KW204"
    assert kms.name in str(error)
    for name, signature in made.items():
        assert new.execute(VERIFY, (name, signature)).fetchone() == (True,)
    failed = new.execute("select distinct sqlstate from kw.verify()").fetchall()
    assert failed == [("KW204",)]
    kms.start()
    assert db.sql(SIGN, "Ed25519") == [(made["Ed25519"],)]
