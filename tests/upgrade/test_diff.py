"""``kwtools diff``: the installed extension against its release."""

import json
from collections.abc import Callable

import pytest

from kwtools import sources
from tests.conftest import Database
from tests.upgrade.conftest import Kwtools
from tests.upgrade.test_upgrade import RELEASES, create, restore

LAST = RELEASES[-1]


@pytest.mark.parametrize("release", RELEASES)
def test_what_a_release_made_is_no_difference(
    kwtools: Kwtools, empty: Database, release: str
) -> None:
    restore(empty, release)
    said = f"the extension is what release {release} made\n"
    assert kwtools("diff", "--dsn", empty.dsn) == (0, said, "")
    assert kwtools("diff", "--dsn", empty.dsn, "--json") == (0, "[]\n", "")


def test_every_role_sees_what_was_changed(
    kwtools: Kwtools, empty: Database, make_role: Callable[..., str]
) -> None:
    create(empty, LAST)
    empty.sql("alter function kw.unwrap(uuid) volatile parallel safe")
    empty.sql("drop index kw.kms_health_checks_latest")
    empty.sql("create view kw.mine as select 1 as a")
    empty.sql("grant execute on function kw.unwrap(uuid) to public")
    dsn = empty.place.dsn(empty.name, make_role())
    code, out, err = kwtools("diff", "--dsn", dsn, "--json")
    assert (code, err) == (1, "")
    found = {(row["object"], row["attribute"]): row for row in json.loads(out)}
    assert found["function kw.unwrap(uuid)", "parallel"] == {
        "object": "function kw.unwrap(uuid)",
        "attribute": "parallel",
        "expected": "u",
        "found": "s",
        "kind": "changed",
    }
    assert found["function kw.unwrap(uuid)", "granted to PUBLIC"]["found"] == "EXECUTE"
    assert found["index kw.kms_health_checks_latest", ""]["found"] is None
    assert found["view kw.mine", ""]["expected"] is None
    code, out, _ = kwtools("diff", "--dsn", dsn)
    assert "function kw.unwrap(uuid)\tparallel\tu\ts\tchanged\n" in out


def test_what_cannot_be_compared_is_no_success(
    kwtools: Kwtools, empty: Database, db: Database
) -> None:
    code, out, err = kwtools("diff", "--dsn", empty.dsn)
    assert (code, out) == (1, "")
    assert "is not installed" in err
    create(empty, LAST)
    empty.sql("update pg_extension set extversion = '99.0' where extname = 'kwtools'")
    code, out, err = kwtools("diff", "--dsn", empty.dsn)
    assert (code, out) == (3, "")
    assert "release 99.0 has no list for PostgreSQL" in err
    assert sources.version() != "99.0"
