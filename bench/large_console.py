"""What every page of the console takes with as many wrappers as there are bindings, and a report.

The time to the first byte is that of the wall clock, for a program that asks as a browser does.
"""

import http.client
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from bench import many_wrappers
from bench.console import running
from bench.measure import Line, Stopwatch, Table, cpu_seconds
from bench.server import Server
from kwtools.connections import connect, transaction
from kwtools.console.section import Section
from kwtools.console.sections import (
    audit,
    doctor,
    health,
    hierarchy,
    inventory,
    jobs,
    overview,
    unprotected,
)

_LIMIT = 1000.0  # ms to the first byte
_LONGEST = 600.0
_MILLI = 1e3
_MEBI = 1024
_PAGES: tuple[tuple[str, Section, dict[str, str]], ...] = (
    ("databases: its line", overview.SUMMARY, {}),
    ("overview", overview.SECTION, {}),
    ("key hierarchy", hierarchy.SECTION, {}),
    ("key hierarchy, the loss of its KMS", hierarchy.SECTION, {"lost": "kms:1"}),
    ("key hierarchy, fields of a table", hierarchy.SECTION, {"table": "public.t7"}),
    ("inventory", inventory.SECTION, {}),
    ("inventory, one level", inventory.SECTION, {"level": "3"}),
    ("health", health.SECTION, {}),
    ("health, 30 days", health.SECTION, {"days": "30"}),
    ("jobs that failed", jobs.SECTION, {}),
    ("all jobs, page 100", jobs.SECTION, {"status": "all", "page": "100"}),
    ("audit", audit.SECTION, {}),
    ("audit, a filter that finds nothing", audit.SECTION, {"actor": "nobody"}),
    ("not protected yet", unprotected.SECTION, {}),
    ("doctor", doctor.SECTION, {}),
)
_ROWS = """
select sum(coalesce(s.seq_tup_read, 0) + coalesce(s.idx_tup_fetch, 0))
from pg_stat_xact_all_tables s
"""
# What is counted are rows and CPU times of one process.
_ALONE = """
select
    set_config('max_parallel_workers_per_gather', '0', true),
    set_config('statement_timeout', '600s', true)
"""


def run(server: Server) -> list[Table]:
    """Fill a database, ask a console for each page, read it beside, and write a report."""
    name = server.new_database("large")
    with server.place.connect(name) as connection:
        many_wrappers.fill(connection, server.bindings)
        connection.execute("create role auditor login in role kw_auditor")
    dsn = server.place.dsn(name, "auditor")
    of = f"{server.bindings:,} wrappers"
    first, later, console = _asked(dsn, server.rounds)
    cpu, rows, memory = _read(dsn)
    return [
        Table(f"Time to the first byte, {of}: the first visit", "ms", first),
        Table(f"Time to the first byte, {of}: later", "ms", later),
        Table("CPU of the server for a reading", "ms", cpu),
        Table("Rows that a reading reads", "rows", rows),
        Table("Memory at most", "MiB", (console, memory)),
        Table(f"kwtools report, {of}", "value", _report(server, dsn)),
    ]


def _asked(dsn: str, rounds: int) -> tuple[tuple[Line, ...], tuple[Line, ...], Line]:
    """Ask for each page, until it is there, and then again."""
    first, later = [], []
    with running(dsn) as (process, address):
        url = urlsplit(address)
        wire = http.client.HTTPConnection("127.0.0.1", url.port or 0, timeout=_LONGEST)
        wire.request("GET", f"/?{url.query}")
        entered = wire.getresponse()
        entered.read()
        root = entered.headers["Location"]
        cookie = entered.headers["Set-Cookie"].split(";")[0]

        def ask(section: Section, query: dict[str, str]) -> tuple[float, int]:
            text = "&".join(f"{name}={value}" for name, value in query.items())
            path = "databases" if section is overview.SUMMARY else section.name
            with Stopwatch() as watch:
                wire.request("GET", f"{root}{path}?{text}", headers={"Cookie": cookie})
                answer = wire.getresponse()
            answer.read()
            if answer.status not in (200, 202):
                raise RuntimeError(f"the page {path} did not load: {answer.status}")
            return watch.seconds * _MILLI, answer.status

        for title, section, query in _PAGES:
            took, status = ask(section, query)
            with Stopwatch() as watch:
                while status != 200:
                    time.sleep(0.2)
                    _, status = ask(section, query)
            slow = f", read after {watch.seconds:.0f} s more" if watch.seconds > 1 else ""
            first.append(Line(title + slow, took, limit=_LIMIT))
            again = min(ask(section, query)[0] for _ in range(rounds))
            later.append(Line(title, again, limit=_LIMIT))
        console = Line("kwtools console", _most_memory(process.pid))
    return tuple(first), tuple(later), console


def _read(dsn: str) -> tuple[tuple[Line, ...], tuple[Line, ...], Line]:
    """Read each page in a session of its own."""
    cpu, rows, memory = [], [], []
    for title, section, query in _PAGES:
        with connect(dsn, "bench") as connection:
            if section.begins_transactions:
                section.view(connection, query)
            else:
                with transaction(connection):
                    connection.execute(_ALONE)
                    section.view(connection, query)
                    ((seen,),) = connection.execute(_ROWS).fetchall()
                rows.append(Line(title, float(seen)))
            cpu.append(Line(title, cpu_seconds(connection) * _MILLI))
            memory.append(_most_memory(connection.info.backend_pid, without_shared=True))
    return tuple(cpu), tuple(rows), Line("a session of it, without shared buffers", max(memory))


def _report(server: Server, dsn: str) -> tuple[Line, ...]:
    file = Path(server.place.base) / "report.html"
    measure = (
        "import resource, sys; from kwtools.cli import main; code = main(sys.argv[1:]);"
        " print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(code)"
    )
    with Stopwatch() as watch:
        done = subprocess.run(
            [sys.executable, "-c", measure, "report", str(file), "--dsn", dsn],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return (
        Line("seconds", watch.seconds),
        Line("MiB of memory at most", int(done.stdout.split()[-1]) / _MEBI),
        Line("MiB of HTML", file.stat().st_size / _MEBI**2),
    )


def _most_memory(pid: int, *, without_shared: bool = False) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    found = {name: value for name, _, value in (line.partition(":") for line in lines)}
    most = int(found["VmHWM"].split()[0])
    return (most - (int(found["RssShmem"].split()[0]) if without_shared else 0)) / _MEBI
