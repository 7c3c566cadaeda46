"""What a new session loads until its first value is decrypted: each module costs all of them."""

import sys

import pytest

from tests.conftest import Database

LOADED = """
create function public.loaded(out name text, out is_compiled boolean) returns setof record
language plpython3u as $$
import os
import sys

def is_compiled(name):
    path = getattr(sys.modules[name], '__cached__', None) if name.startswith(OURS) else None
    return path is None or os.path.exists(path)

OURS = ('kw', 'cryptography')
return [(name, is_compiled(name)) for name in sorted(sys.modules)]
$$
"""

# Modules that are slow to load, or load much that is, and those of other work.
LATER = (
    *("ast", "asyncio", "concurrent", "dataclasses", "decimal", "email", "fnmatch", "http"),
    *("inspect", "ipaddress", "logging", "pathlib", "random", "secrets", "socket", "ssl"),
    *("subprocess", "tempfile", "threading", "urllib", "zipfile"),
    "cryptography.hazmat.backends",
    "cryptography.hazmat.primitives.asymmetric",
    "cryptography.hazmat.primitives.ciphers",
    "cryptography.hazmat.primitives.hpke",
    "cryptography.hazmat.primitives.serialization",
    *("kwruntime.admin", "kwruntime.rules", "kwruntime.wrappers"),
    *("kwruntime.fields.bindings", "kwruntime.fields.descriptions", "kwruntime.fields.grants"),
    *("kwruntime.fields.key_times", "kwruntime.fields.shredding", "kwruntime.kms.strict"),
)


# Since Python 3.14 the first NamedTuple loads annotationlib, and so ast; ctypes loads threading.
BY_PYTHON = {"ast", "threading"} if sys.version_info >= (3, 14) else set()


@pytest.fixture
def loaded(db: Database) -> dict[str, bool]:
    """The modules of a session that has decrypted one value, and whether each is compiled."""
    db.sql("create table public.people (id bigint primary key, ssn bytea)")
    db.sql("select kw.bind('people', 1, 'ssn')")
    db.sql("insert into people values (1, kw.encrypt_text('people', 1, 'ssn', 'x'))")
    db.sql(LOADED)
    with db.connect() as connection:
        query = "select kw.decrypt_text('people', id, 'ssn', ssn) from people"
        assert connection.execute(query).fetchone() == ("x",)
        return dict(connection.execute("select name, is_compiled from loaded()").fetchall())


def test_a_first_decrypt_loads_no_module_that_it_can_do_without(loaded: dict[str, bool]) -> None:
    assert "kwruntime.fields.decryption" in loaded
    late = tuple(f"{name}." for name in LATER if name not in BY_PYTHON)
    found = [name for name in loaded if f"{name}.".startswith(late)]
    assert found == [], "import it in the function that needs it"


def test_what_is_loaded_was_compiled_at_installation(loaded: dict[str, bool]) -> None:
    ours = {name: done for name, done in loaded.items() if name.startswith("kw")}
    assert ours
    assert [name for name, done in ours.items() if not done] == []
