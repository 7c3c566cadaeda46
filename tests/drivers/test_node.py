"""The example for node-postgres runs, directly and behind a transaction pooler."""

from tests import node
from tests.drivers.conftest import EXAMPLES, People


def test_the_example_reads_what_it_wrote(people: People) -> None:
    folder = node.install(EXAMPLES / "node-postgres", "node-postgres-example")
    people.run(node.NODE, folder / "app.js")
