"""The recipe of docs/logs.md for pgaudit: what each of the two tells, and no plaintext."""

from collections.abc import Callable

import pytest

from kwtools.cluster import Place, set_up
from scripts.pages import blocks
from tests.monitoring.test_log_lines import PAGE

PLAINTEXT = "DE02 1203 of a customer"
ASIDE = "another literal 4711"


def _settings(**more: str) -> dict[str, str]:
    """Return the settings of the page."""
    (recipe,) = [block.text for block in blocks(PAGE, "sql") if "pgaudit" in block.text]
    statements = [line.split("--")[0].strip("; \n") for line in recipe.splitlines()]
    pairs = [line.removeprefix("alter system set ").split(" = ") for line in statements]
    return {name: value.strip("'; ") for name, value in pairs} | more


@pytest.mark.parametrize("classes", ["role, ddl", "all"])
def test_kwtools_tells_of_keys_and_pgaudit_of_statements_and_neither_of_values(
    own_cluster: Callable[..., Place], classes: str
) -> None:
    settings = _settings() | {"pgaudit.log": classes, "log_min_error_statement": "panic"}
    place = own_cluster(settings=settings)
    with place.connect() as connection:
        set_up(connection, "test")
        connection.execute("create extension pgaudit")
        connection.execute("create table customers (id bigint primary key, iban bytea)")
        connection.execute("select kw.bind('customers', '*', 'iban')")
        connection.execute("create role reader login in role kw_client")
        connection.execute("grant select, insert on customers to reader")
    with place.connect(user="reader") as connection:
        insert = "insert into customers values (1, kw.encrypt_text('customers', 1, 'iban', %s))"
        connection.execute(insert, (PLAINTEXT,))
        connection.execute(f"select kw.encrypt_text('customers', 2, 'iban', '{ASIDE}')")
        connection.execute("select kw.decrypt_text('customers', id, 'iban', iban) from customers")
    with place.connect() as connection:
        connection.execute("select kw.shred('customers', '*', 'iban', whole => true)")
    log = place.log.read_text()
    assert 'kwtools audit: {"v": 1,' in log
    assert '"action": "shred"' in log
    assert "AUDIT: SESSION" in log
    assert "GRANT,TABLE" in log
    assert ("READ,SELECT" in log) is (classes == "all")
    assert "<not logged>" in log
    assert PLAINTEXT not in log
    assert ASIDE not in log
