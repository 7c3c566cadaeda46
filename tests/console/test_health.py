"""Probes over time: states, uptime, latencies, outages and charts."""

import re
from html.parser import HTMLParser

import pytest

from tests.conftest import Database
from tests.console.conftest import Console

PROBE = (
    "insert into kw.kms_health_checks (provider_id, kms_key_id, status, latency_ms, error,"
    " checked_at) values (1, %s, %s, %s, %s, %s::timestamptz - %s::interval)"
)


class Cells(HTMLParser):
    """The rows of the tables of a page, as lists of texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._inside = False
            self.rows[-1][-1] = " ".join(self.rows[-1][-1].split())

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += f" {data}"


class Probes:
    """Adds probes. Their times count from one moment, however long it takes to add them."""

    def __init__(self, db: Database) -> None:
        self._db = db
        ((self._now,),) = db.sql("select now()::text")

    def add(self, key: int, status: str, ms: int, ago: str, error: str | None = None) -> None:
        self._db.sql(PROBE, key, status, ms, error, self._now, ago)


def rows(page: str, first: str) -> list[list[str]]:
    """Return the rows whose first cell is this."""
    return [row for row in Cells(page).rows if row and row[0] == first]


def test_a_key_has_its_uptime_its_latencies_and_its_outages(db: Database, console: Console) -> None:
    probes = Probes(db)
    probes.add(1, "down", 9, "3 days", "KW201: of another day")
    probes.add(1, "down", 9, "10 hours 25 minutes", "KW201: earlier")
    probes.add(1, "down", 9, "10 hours 20 minutes", "KW201: later")
    for number in range(20, 0, -1):
        probes.add(1, "up", number, f"{number} hours")
    page = console.page("health")
    key, *_ = rows(page, "1")
    assert key[4:] == ["90.91 %", "22", "10 ms", "19 ms", "20 ms"]
    assert key[3].startswith("● up")
    outage = rows(page, "1")[1]
    assert outage[3:] == ["25 min", "2", "KW201: later"]
    assert "of another day" not in page
    assert len(re.findall(r'<rect class="down"', page)) == 1
    assert len(rows(console.page("health", days=7), "1")) == 3


def test_an_outage_that_began_before_the_range_says_so(db: Database, console: Console) -> None:
    probes = Probes(db)
    for hours in range(100, 0, -1):
        probes.add(1, "down", 9, f"{hours} hours", "KW201: still down")
        probes.add(2, "up" if hours == 24 else "down", 9, f"{hours} hours", "KW201: as long")
    of_day, of_week = console.page("health"), console.page("health", days=7)
    assert rows(of_day, "1")[1][1].startswith("before ")
    assert rows(of_day, "1")[1][3].startswith("more than 23 h")
    assert rows(of_day, "1")[1][3].endswith(" so far")
    for page, key in ((of_day, "2"), (of_week, "1"), (of_week, "2")):
        assert not rows(page, key)[1][1].startswith("before ")
    assert re.fullmatch(r"4 d 4 h( so far)?", rows(of_week, "1")[1][3])


def test_a_key_that_is_not_in_use_is_not_shown_as_down(db: Database, console: Console) -> None:
    """Its last probe may have failed long ago, and nobody probes it now."""
    db.sql("insert into kw.kms_providers (name, provider, is_enabled) values ('o', 'aws', false)")
    db.sql(
        "insert into kw.kms_keys (provider_id, external_key_ref, purpose, status)"
        " select id, 'off', 'wrap', 'active' from kw.kms_providers where name = 'o'"
    )
    db.sql(
        "insert into kw.kms_health_checks (provider_id, kms_key_id, status, latency_ms, error)"
        " select provider_id, id, 'down', 1, 'KW204: gone' from kw.kms_keys"
    )
    db.sql("select kw.set_kms_key_status(1, 'retired')")
    shown = [row for row in Cells(console.page("health")).rows if len(row) == 9][1:]
    assert [row[3].split(" 2")[0] for row in shown] == [
        "■ down",
        "○ retired",
        "○ provider disabled",
    ]
    assert len(re.findall(r'class="node key[^"]*is-down', console.page("hierarchy"))) == 1


def test_a_key_that_is_down_comes_first_and_its_outage_has_no_end(
    db: Database, console: Console
) -> None:
    probes = Probes(db)
    probes.add(1, "up", 5, "1 minute")
    probes.add(2, "up", 5, "10 minutes")
    probes.add(2, "down", 2000, "1 minute", "KW201: connection refused")
    page = console.page("health")
    states = [row[3] for row in Cells(page).rows if len(row) == 9][1:]
    assert [state.split()[1] for state in states] == ["down", "up"]
    outage = rows(page, "2")[1][2:]
    assert outage[:1] + outage[2:] == ["none yet", "1", "KW201: connection refused"]
    assert re.fullmatch(r"\d min( \d+ s)? so far", outage[1])
    overview = console.page("overview")
    assert re.search(r'href="/health\?database=\w+">KMS keys that are down: 1', overview)


def test_a_key_without_a_probe_that_succeeded_has_no_latencies(
    db: Database, console: Console
) -> None:
    Probes(db).add(1, "down", 9, "1 minute", "KW201: refused")
    assert rows(console.page("health"), "1")[0][4:] == ["0.00 %", "1", "–", "–", "–"]


def test_uptime_is_not_rounded_up_to_all(db: Database, console: Console) -> None:
    db.sql(
        "insert into kw.kms_health_checks (provider_id, kms_key_id, status, latency_ms, checked_at)"
        " select 1, 1, case n when 1 then 'down' else 'up' end, 1, now() - n * interval '1 second'"
        " from generate_series(1, 50000) n"
    )
    assert rows(console.page("health"), "1")[0][4] == "99.99 %"


def test_keys_that_are_not_probed_say_so(db: Database, console: Console) -> None:
    db.sql("select kw.set_kms_key_status(2, 'retired')")
    page = console.page("health")
    assert [row[3] for row in Cells(page).rows if len(row) == 5] == [
        "▲ never probed",
        "○ retired",
    ]
    assert "not probed for a day: 2" not in console.page("overview")
    assert "not probed for a day: 1" in console.page("overview")
    db.sql("update kw.kms_providers set is_enabled = false")
    assert "provider disabled" in console.page("health")


def test_many_keys_are_shown_page_by_page(db: Database, console: Console) -> None:
    db.sql(
        "insert into kw.kms_keys (provider_id, external_key_ref, purpose, status)"
        " select 1, 'key ' || n, 'wrap', 'active' from generate_series(1, 100) n"
    )
    seen = [
        row[0]
        for page in range(1, 8)
        for row in Cells(console.page("health", page=page)).rows
        if len(row) == 5
    ]
    assert len(seen) == len(set(seen)) == 102
    assert "Page 6 of 6 (102 keys)" in console.page("health", page=6)


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "²", "1e3", ""])
def test_a_page_that_does_not_exist_ends_nothing(console: Console, page: str) -> None:
    assert "<h2>Keys, last 24 hours</h2>" in console.page("health", page=page, days=page)
