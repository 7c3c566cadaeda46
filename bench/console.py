"""What the console's largest pages take, with 1,000 keys and 10,000 fields.

First paint is what Chromium itself says of a page, from the request on: reading, layout, transport
and drawing. The others are CPU times of their processes.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from playwright.sync_api import Page, sync_playwright

from bench.measure import Line, Table, cpu_seconds, cpu_seconds_of_threads
from bench.server import Server
from kwtools.connections import connect, transaction
from kwtools.console.section import Section
from kwtools.console.sections import hierarchy, inventory

KEYS = 1000
TABLES = 100
FIELDS = 100  # of each table
BRANCHES = 40
_PAIRS = (KEYS - BRANCHES) // 2
_MOST_MILLISECONDS = 1000.0
_PAINT = """
() => new Promise((done) => {
    new PerformanceObserver((list) => {
        list.getEntriesByName("first-contentful-paint").forEach((one) => done(one.startTime));
    }).observe({type: "paint", buffered: true});
})"""
_PAGES: tuple[tuple[str, Section, dict[str, str]], ...] = (
    ("key hierarchy", hierarchy.SECTION, {}),
    ("key hierarchy, the loss of its KMS", hierarchy.SECTION, {"lost": "kms:1"}),
    ("key hierarchy, a group of keys opened", hierarchy.SECTION, {"open": "keys:1:key:1"}),
    ("key hierarchy, fields of a table", hierarchy.SECTION, {"table": "public.t7"}),
    ("inventory", inventory.SECTION, {}),
)


def make_keys(connection: psycopg.Connection) -> None:
    """Make keys, a policy for each two of them, and branches."""
    connection.execute(
        "select kw.create_kms_key('local', 'key-' || n) from generate_series(%s::int, %s) n",
        (3, KEYS - BRANCHES),
    )
    connection.execute(
        "select kw.create_policy('pair-' || n, 'either', 2 * n + 1, 2 * n + 2)"
        " from generate_series(0, %s::int) n",
        (_PAIRS - 1,),
    )
    connection.execute("select kw.add_provider('branches', 'wrapper')")
    connection.execute(
        "select kw.create_kms_key('branches', 'pair-' || n) from generate_series(1, %s::int) n",
        (BRANCHES,),
    )


def make_fields(connection: psycopg.Connection, policies: Sequence[str]) -> None:
    """Make tables with fields, each with the next of the policies, which come in turn."""
    columns = ", ".join(f"f{number} bytea" for number in range(FIELDS))
    for number in range(TABLES):
        connection.execute(f"create table t{number} (id bigint primary key, {columns})")
        connection.execute(
            "select kw.bind(%(table)s, '*', 'f' || n, policy => (%(policies)s::text[])["
            " 1 + mod(%(first)s + n, cardinality(%(policies)s::text[]))])"
            " from generate_series(0, %(last)s::int) n",
            {
                "table": f"t{number}", "policies": list(policies), "first": number * FIELDS,
                "last": FIELDS - 1,
            },
        )  # fmt: skip


def fill(connection: psycopg.Connection) -> None:
    """Make keys, and fields of every policy in turn."""
    make_keys(connection)
    make_fields(connection, [f"pair-{number}" for number in range(_PAIRS)])
    connection.execute("vacuum analyze")


def run(server: Server) -> list[Table]:
    """Load each page as a browser does, and read it beside, for the server's part."""
    name = server.new_database("console")
    with server.place.connect(name) as connection:
        fill(connection)
    dsn = server.place.dsn(name)
    paints, console = [], []
    with _console(dsn) as (process, page):
        root = page.url
        for title, section, query in _PAGES:
            taken = [_load(page, process, root, section, query) for _ in range(server.rounds)]
            paint, cpu = map(min, zip(*taken, strict=True))
            paints.append(Line(title, paint, limit=_MOST_MILLISECONDS))
            console.append(Line(title, cpu))
    reading = []
    with connect(dsn, "bench") as connection:
        for title, section, query in _PAGES:
            times = [_read(connection, section, query) for _ in range(server.rounds)]
            reading.append(Line(title, min(times)))
    objects = f"{KEYS:,} keys and {TABLES * FIELDS:,} fields"
    return [
        Table(f"First paint in Chromium, {objects}", "ms", tuple(paints)),
        Table("CPU of the server for a page", "ms", tuple(reading)),
        Table("CPU of kwtools console for a page", "ms", tuple(console)),
    ]


@contextmanager
def running(dsn: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Run a console; give it and the address that it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kwtools", "console", "--dsn", dsn],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


@contextmanager
def _console(dsn: str) -> Iterator[tuple["subprocess.Popen[str]", Page]]:
    with running(dsn) as (process, address), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        page = browser.new_page()
        page.goto(address)
        yield process, page
        browser.close()


def _load(
    page: Page,
    process: "subprocess.Popen[str]",
    root: str,
    section: Section,
    query: dict[str, str],
) -> tuple[float, float]:
    """Load a page; return the milliseconds to its first paint, and the console's CPU time."""
    parameters = "&".join(f"{name}={value}" for name, value in query.items())
    before = cpu_seconds_of_threads(process.pid)
    answer = page.goto(f"{root}{section.name}?{parameters}")
    if answer is None or not answer.ok:
        raise RuntimeError(f"the page {section.name} did not load")
    paint = float(page.evaluate(_PAINT))
    return paint, (cpu_seconds_of_threads(process.pid) - before) * 1000


def _read(connection: psycopg.Connection, section: Section, query: dict[str, str]) -> float:
    before = cpu_seconds(connection)
    with transaction(connection):
        section.view(connection, query)
    return (cpu_seconds(connection) - before) * 1000
