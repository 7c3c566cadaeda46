"""The examples for node-postgres and Drizzle run, directly and behind a transaction pooler."""

from tests import node
from tests.drivers.conftest import EXAMPLES, People


def test_the_example_reads_what_it_wrote(people: People) -> None:
    folder = node.install(EXAMPLES / "node-postgres", "node-postgres-example")
    people.run(node.NODE, folder / "app.js")


def test_the_example_for_drizzle_reads_what_it_wrote(people: People) -> None:
    folder = node.install(EXAMPLES / "node-postgres", "node-postgres-example")
    assert people.output(node.NODE, folder / "drizzle.js") == {
        "one": "ada@example.org",
        "many": "109@example.org null",
        "person 9": "KW301",
        "salary": "KW100",
        "shown": "true",
    }
