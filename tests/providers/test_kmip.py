"""Provider kmip, against PyKMIP: what is special to it."""

from collections.abc import Iterator

import pytest

from kwtools.cluster import Place
from tests.conftest import Database, unique
from tests.providers.conftest import MakePolicy
from tests.providers.harness import error_of
from tests.providers.kmip_harness import KmipHarness
from testservers.certificates import Authority
from testservers.faulty_kmip_proxy import Refusal
from testservers.pykmip import PyKmip

WRAP, UNWRAP = "select kw.wrap(policy => %s)", "select kw.unwrap(%s)"
UNWRAP_MANY = "select kw.unwrap_many(%s::uuid[])"
ADD_PROVIDER = "select kw.add_provider(%s, 'kmip')"
ADD_KEY = "select kw.add_kms_key(%s, %s)"


@pytest.fixture(scope="session")
def pykmip(cluster: Place) -> Iterator[PyKmip]:
    """A PyKMIP server."""
    with PyKmip(cluster.base / unique("pykmip")) as server:
        yield server


@pytest.fixture
def kmip(cluster: Place, pykmip: PyKmip) -> Iterator[KmipHarness]:
    """An entry for it in the provider file."""
    harness = KmipHarness(cluster, pykmip)
    yield harness
    harness.close()


@pytest.mark.parametrize(
    ("fault", "sqlstate"),
    [
        (Refusal(0x01), "KW201"),
        (Refusal(0x03), "KW205"),
        (Refusal(0x05), "KW203"),
        (Refusal(0x07), "KW203"),
        (Refusal(0x0A), "KW207"),
        (Refusal(0x0C), "KW205"),
        (Refusal(0x0D), "KW206"),
        (Refusal(0x36), "KW201"),
        (Refusal(0x39), "KW205"),
        (Refusal(0x3A), "KW208"),
        (Refusal(0x43), "KW206"),
        (Refusal(0x44), "KW204"),
        (Refusal(0x100), "KW204"),
        ("closing", "KW204"),
        ("half", "KW204"),
        ("drip", "KW204"),
        ("not KMIP", "KW209"),
    ],
    ids=str,
)
def test_every_failure_has_its_own_sqlstate(
    db: Database, kmip: KmipHarness, make_policy: MakePolicy, fault: str | Refusal, sqlstate: str
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", kmip.register(db)))[0][0]
    kmip.proxy.fault = fault
    if fault in ("half", "drip"):  # they end with the deadline
        kmip.set(total_seconds=2)
    connection = db.connect()
    failure = error_of(connection, UNWRAP, wrapper)
    assert failure.sqlstate == sqlstate
    assert kmip.name in str(failure)
    kmip.proxy.fault = None
    kmip.set(total_seconds=60)
    connection.execute(UNWRAP, (wrapper,))


def test_an_answer_to_an_earlier_request_is_refused_with_its_connection(
    db: Database, kmip: KmipHarness, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", kmip.register(db))
    one, other = db.sql(WRAP, policy)[0][0], db.sql(WRAP, policy)[0][0]
    connection = db.connect()
    kmip.proxy.fault = "twice"
    connection.execute(UNWRAP, (one,))
    kmip.proxy.fault = None
    assert error_of(connection, UNWRAP, other).sqlstate == "KW209"
    connection.execute(UNWRAP, (other,))


def test_many_data_keys_take_few_requests(
    db: Database, kmip: KmipHarness, make_policy: MakePolicy
) -> None:
    kmip.set(total_seconds=120)  # what is counted here is requests, and PyKMIP is slow
    policy = make_policy("single", kmip.register(db))
    many = "select kw.wrap_many(array_fill(null::bytea, array[250]), %s)"
    wrappers = db.sql(many, policy)[0][0]
    connection = db.connect()
    kmip.proxy.requests = 0
    connection.execute(UNWRAP_MANY, (wrappers,))
    assert kmip.proxy.requests == 3
    kmip.set(batch_items=250)
    connection.execute(UNWRAP_MANY, (wrappers,))
    assert kmip.proxy.requests == 4


def test_a_request_over_the_limits_of_the_server_says_what_to_set(
    db: Database, kmip: KmipHarness, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", kmip.register(db))
    wrapper = db.sql(WRAP, policy)[0][0]
    kmip.proxy.fault = Refusal(0x02)
    failure = error_of(db.connect(), UNWRAP, wrapper)
    assert failure.sqlstate == "KW203"
    assert "batch_items" in (failure.diag.message_hint or "")


def test_one_changed_wrap_among_many_is_told_by_itself(
    db: Database, kmip: KmipHarness, make_policy: MakePolicy
) -> None:
    policy = make_policy("either", kmip.register(db), 1)
    wrappers = db.sql("select kw.wrap_many(array_fill(null::bytea, array[3]), %s)", policy)[0][0]
    db.sql(
        "update kw.key_wrappers set dek_wrap1 ="
        " set_byte(dek_wrap1, 40, get_byte(dek_wrap1, 40) # 1) where wrapper_uuid = %s::text",
        wrappers[1],
    )
    connection = db.connect()
    said: list[str] = []
    connection.add_notice_handler(lambda notice: said.append(notice.message_primary or ""))
    connection.execute(UNWRAP_MANY, (wrappers,))
    (warning,) = said
    assert str(wrappers[1]) in warning
    assert "cannot open this wrap in this context" in warning


def test_a_key_that_is_not_active_not_aes_256_or_not_one_is_not_registered(
    db: Database, kmip: KmipHarness
) -> None:
    kmip.add_provider(db)
    waiting, short, twice = unique("waiting"), unique("short"), unique("twice")
    key = kmip.server.make_key(waiting)
    for reference in (waiting, f"id:{key}"):
        failure = error_of(db.connect(), ADD_KEY, kmip.name, reference)
        assert failure.sqlstate == "KW206"
        assert "pre-active" in str(failure)
    kmip.server.make_key(short, bits=128)
    assert error_of(db.connect(), ADD_KEY, kmip.name, short).sqlstate == "KW203"
    kmip.server.make_key(twice)
    kmip.server.make_key(twice)
    failure = error_of(db.connect(), ADD_KEY, kmip.name, twice)
    assert failure.sqlstate == "KW203"
    assert "id:" in (failure.diag.message_hint or "")


def test_a_destroyed_key_is_lost(db: Database, kmip: KmipHarness, make_policy: MakePolicy) -> None:
    wrapper = db.sql(WRAP, make_policy("single", kmip.register(db)))[0][0]
    kmip.server.destroy(kmip.reference)
    assert error_of(db.connect(), UNWRAP, wrapper).sqlstate == "KW201"


def test_a_name_and_an_identifier_are_one_root(db: Database, kmip: KmipHarness) -> None:
    by_name = kmip.register(db)
    found = db.sql("select external_key_id from kw.kms_keys where id = %s", by_name)[0][0]
    by_id = db.sql(ADD_KEY, kmip.name, f"id:{found.partition('/')[2]}")[0][0]
    make = "select kw.create_policy('twice', 'either', %s, %s)"
    assert error_of(db.connect(), make, by_name, by_id).sqlstate == "KW103"


def test_making_a_key_takes_a_name_that_is_free(db: Database, kmip: KmipHarness) -> None:
    kmip.register(db)
    make = "select kw.create_kms_key(%s, %s)"
    assert error_of(db.connect(), make, kmip.name, kmip.reference).sqlstate == "KW102"
    assert error_of(db.connect(), make, kmip.name, "id:7").sqlstate == "KW003"
    other = "select kw.create_kms_key(%s, %s, algorithm => 'AES-128-GCM')"
    assert error_of(db.connect(), other, kmip.name, "customers").sqlstate == "KW203"


@pytest.mark.parametrize("reference", ["", "a\nb", "x" * 256])
def test_a_reference_of_no_known_form_is_not_sent(
    db: Database, kmip: KmipHarness, reference: str
) -> None:
    kmip.add_provider(db)
    kmip.proxy.requests = 0
    assert error_of(db.connect(), ADD_KEY, kmip.name, reference).sqlstate in ("KW003", "22001")
    assert kmip.proxy.requests == 0


def test_the_server_itself_takes_our_certificate_and_no_other(
    db: Database, kmip: KmipHarness, make_policy: MakePolicy
) -> None:
    kmip.write(kmip.server.authority)
    kmip.set(address=kmip.server.address)
    wrapper = db.sql(WRAP, make_policy("single", kmip.register(db)))[0][0]
    assert db.sql(UNWRAP, wrapper)
    kmip.write(Authority(kmip.ca_file.parent, unique("others")))
    failure = error_of(db.connect(), UNWRAP, wrapper)
    assert failure.sqlstate == "KW205"
    assert "client_certificate_file" in (failure.diag.message_hint or "")


def test_a_session_goes_on_when_the_real_server_was_restarted(
    db: Database, kmip: KmipHarness, make_policy: MakePolicy
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", kmip.register(db)))[0][0]
    connection = db.connect()
    connection.execute(UNWRAP, (wrapper,))
    kmip.server.stop()
    try:
        failure = error_of(connection, UNWRAP, wrapper)
    finally:
        kmip.server.start()
    assert failure.sqlstate == "KW204"
    connection.execute(UNWRAP, (wrapper,))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"address": "kmip.example.org:port"}, "host:port"),
        ({"address": ":5696"}, "host:port"),
        ({"client_certificate_file": None}, "client_certificate_file"),
        ({"batch_items": 0}, "batch_items"),
        ({"user": "me"}, "user"),
    ],
    ids=str,
)
def test_a_wrong_entry_is_named(
    db: Database, kmip: KmipHarness, options: dict[str, object], named: str
) -> None:
    kmip.set(**options)
    failure = error_of(db.connect(), ADD_PROVIDER, kmip.name)
    assert failure.sqlstate == "KW203"
    assert named in str(failure)


def test_a_certificate_that_others_may_read_or_that_is_none_is_refused(
    db: Database, kmip: KmipHarness
) -> None:
    kmip.certificate_file.chmod(0o644)
    assert "chmod" in (error_of(db.connect(), ADD_PROVIDER, kmip.name).diag.message_hint or "")
    kmip.certificate_file.chmod(0o640)
    kmip.certificate_file.write_text("no certificate")
    failure = error_of(db.connect(), ADD_PROVIDER, kmip.name)
    assert failure.sqlstate == "KW203"
    assert "PEM" in str(failure)
