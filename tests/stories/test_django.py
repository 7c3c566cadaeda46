"""docs/use/django.md: an application goes to a protected field while clients use it."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kwtools.cluster import SUPERUSER, Place
from scripts.pages import blocks
from tests.django.people import ROOT, Project
from tests.stories.load import Client, Load
from testservers.ports import free_ports

PAGE = ROOT / "docs" / "use" / "django.md"
ADDRESS = "127.0.0.1:8000"
PEOPLE = 5000
A_PART = 300  # requests


def commands() -> list[str]:
    """Return the commands of the story, in order: prepare, begin, four steps."""
    return [
        block.text
        for block in blocks(PAGE.read_text(), "sh")
        if "tests/stories/test_django.py" in block.comment
    ]


class Served(Project):
    """The project, which gunicorn serves at a free port."""

    def __init__(self, folder: Path, place: Place) -> None:
        super().__init__(folder, place.environment("people", "people_owner"))
        self.address = f"127.0.0.1:{free_ports(1)[0]}"
        self._pid = 0

    @contextmanager
    def serving(self, command: str) -> Iterator[str]:
        """Begin to serve; return the address when it answers. Stop at the end."""
        self.succeed(command.replace(ADDRESS, self.address))
        self._wait()
        self._pid = int((self.here / "gunicorn.pid").read_text())
        try:
            yield f"http://{self.address}"
        finally:
            os.kill(self._pid, signal.SIGTERM)
            with suppress(ProcessLookupError):
                while True:
                    os.kill(self._pid, 0)
                    time.sleep(0.05)

    def workers(self) -> set[str]:
        """Return the processes of gunicorn that answer requests."""
        # not of its pid file, which is gone for a moment while it takes up new code
        return set(Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split())

    def _wait(self) -> None:
        host, port = self.address.split(":")
        for _ in range(600):
            with suppress(OSError), socket.create_connection((host, int(port)), 1):
                return
            time.sleep(0.1)
        raise AssertionError("the application does not answer")


def use(client: Client, done: int) -> None:
    """Find, list, create, find what was created, and change it."""
    number = 1 + (done * 7 + client.number * 1301) % PEOPLE
    match done % 5:
        case 0 | 1:
            found = client.send("GET", f"/people/?email=person{number}@example.org")
            assert (found.status, found.body["id"]) == (200, number)
        case 2:
            found = client.send("GET", f"/people/{number}/")
            assert (found.status, found.body["email"]) == (200, f"person{number}@example.org")
        case 3:
            email = f"new{client.number}.{done}@example.org"
            made = client.send("POST", "/people/", {"name": "new", "email": email})
            assert made.status == 201, made
            again = client.send("GET", f"/people/?email={email}")
            assert again.body == made.body
            other = client.send("POST", "/people/", {"name": "other", "email": email})
            assert other.status == 409, other
        case _:
            changed = client.send("POST", f"/people/{number}/", {"name": f"by {client.number}"})
            assert (changed.status, changed.body["name"]) == (200, f"by {client.number}")


def test_no_request_fails_while_a_field_is_protected(
    own_cluster: Callable[..., Place], tmp_path: Path
) -> None:
    place = own_cluster(settings={"log_statement": "all", "log_parameter_max_length": "0"})
    project = Served(tmp_path, place)
    prepare, begin, *steps = commands()
    names = ["before", "expand and backfill", "deploy", "cut over", "contract"]
    assert len(steps) == len(names) - 1
    project.succeed(prepare, PGUSER=SUPERUSER)
    with project.serving(begin) as url, Load(url, use).running("the first requests") as load:
        load.part(names[0], A_PART)
        for name, step in zip(names[1:], steps, strict=True):
            part = load.part(name)
            before = project.workers()
            project.succeed(step)
            while "kill -HUP" in step and project.workers() & before:
                time.sleep(0.01)  # it returns at once: the next part would wait for the new code
            while len(part.seconds) < A_PART:
                time.sleep(0.01)
        load.part("after", A_PART)
    print(load.report())
    assert load.failures == []
    log = place.log.read_text()
    assert "kw.blind_index(" in log
    assert "person7@example.org" not in log
    with place.connect("people") as connection:
        ((count, sealed),) = connection.execute(
            "select count(*), count(*) filter (where kw.is_ciphertext(email::bytea))"
            " from people_protected"
        ).fetchall()
        columns = connection.execute(
            "select attname from pg_attribute where attrelid = 'people_protected'::regclass"
            " and attnum > 0 and not attisdropped order by 1"
        ).fetchall()
    assert count == sealed > PEOPLE
    assert columns == [("email",), ("email_token",), ("id",), ("name",)]
