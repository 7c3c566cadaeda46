"""A copy of examples/django_people, whose commands run as a reader types them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "examples" / "django_people"


class Project:
    """The project, in the environment of a database."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.here, self.environment = folder / "people", environment
        shutil.copytree(PROJECT, self.here)

    def run(self, command: str, **other: str) -> tuple[int, str]:
        """Run commands of a shell; return exit code and output."""
        done = subprocess.run(
            ["bash", "-e", "-c", command],
            cwd=self.here,
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                **self.environment,
                **other,
            },
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return done.returncode, done.stdout

    def succeed(self, command: str, **other: str) -> str:
        """Run commands that have to succeed; return their output."""
        code, output = self.run(command, **other)
        assert code == 0, output
        return output

    def fail(self, command: str, **other: str) -> str:
        """Run commands that have to fail; return their output."""
        code, output = self.run(command, **other)
        assert code != 0, output
        return output

    def migrate(self, to: str) -> str:
        """Run the migrations up to one, or back to it."""
        return self.succeed(f"python manage.py migrate people {to}")
