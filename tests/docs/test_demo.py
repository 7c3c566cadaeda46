"""The demo tells its whole story, and checks itself while it does."""

import subprocess
import sys
from pathlib import Path

import pytest

from demo.story import Story
from kwtools.cluster import Place
from tests.cli.hostile import environment, production, variables

ROOT = Path(__file__).parents[2]


def test_the_demo_runs_to_its_end_on_a_server_of_its_own(tmp_path: Path) -> None:
    with production() as server:
        done = subprocess.run(
            [sys.executable, "-m", "demo.run"], env=environment(**variables(server, tmp_path)),
            capture_output=True, text=True, cwd=ROOT,
        )  # fmt: skip
    assert server.visits == 0
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("of its column: 0 times found") == 2
    assert "the other leg was used: key 1 (" in done.stdout
    warnings = [line for line in done.stdout.splitlines() if line.startswith("   WARNING: ")]
    assert all(line.count("key 1 (") <= 1 for line in warnings)
    assert "\nAll checks passed" in done.stdout
    assert "\033" not in done.stdout  # plain where it is piped


@pytest.mark.parametrize("query", ["select 1", "select 1 / 0"])
def test_what_should_be_refused_and_is_not_ends_the_demo(cluster: Place, query: str) -> None:
    story = Story(cluster)
    with story.connection, pytest.raises(SystemExit, match="unexpected result"):
        story.refused(query, "KW100")
