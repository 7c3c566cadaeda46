"""The process of a PKCS#11 module ends with the code that started it."""

from tests.conftest import Database
from tests.providers.conftest import MakePolicy, make_policy
from tests.providers.pkcs11_harness import Pkcs11Harness
from tests.providers.test_pkcs11 import UNWRAP, WRAP, hsm, opened_session, softhsm, workers_of
from tests.upgrade.older_sessions import folder_of, loaded
from tests.upgrade.test_next_release import NextRelease, following

__all__ = ["following", "hsm", "make_policy", "softhsm"]


def test_the_process_of_a_module_is_another_after_the_session_went_over(
    db: Database, following: NextRelease, hsm: Pkcs11Harness, make_policy: MakePolicy
) -> None:
    following.install()
    wrapper = db.sql(WRAP, make_policy("single", hsm.register(db)))[0][0]
    session, older = opened_session(db, wrapper)
    following.update(db)
    session.execute("select kw.version()")
    assert loaded(session) == str(folder_of(db.place, following.version))
    assert workers_of(session.info.backend_pid) == []
    session.execute(UNWRAP, (wrapper,))
    (newer,) = workers_of(session.info.backend_pid)
    assert newer != older
