"""KEM keys whose private key is sealed under a key of each kind of provider."""

import pytest

from tests.conftest import Database
from tests.providers.harness import HARNESSES, Harness, error_of

UNWRAP = "select kw.unwrap(%s)"
WRAP = "select kw.wrap(%s::bytea, 'layered')"
DEK = bytes(range(32))


@pytest.mark.parametrize("kms", HARNESSES, indirect=True)
def test_a_layer_opens_by_its_kms_and_is_made_without_it(db: Database, kms: Harness) -> None:
    sealing = kms.register(db)
    kem = db.sql("select kw.create_kem_key('sealed', 'ML-KEM-768+X25519', %s)", sealing)[0][0]
    db.sql("select kw.create_policy('layered', 'single', 1, null, array[%s])", kem)
    wrapper = db.sql(WRAP, DEK)[0][0]
    assert db.sql(UNWRAP, wrapper) == [(DEK,)]
    assert db.sql("select status from kw.check_kms(%s)", kem) == [("up",)]
    if "server stopped" in kms.cannot:
        return
    kms.stop()
    other = db.sql(WRAP, DEK)[0][0]  # by the public key alone
    error = error_of(db.connect(), UNWRAP, wrapper)
    assert error.sqlstate == "KW204"
    assert "layer 1" in str(error)
    assert kms.name in str(error)
    kms.start()
    assert db.sql(UNWRAP, wrapper) == db.sql(UNWRAP, other) == [(DEK,)]
