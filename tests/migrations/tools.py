"""The tools of examples/, each run as a team runs it: as a command, in a copy of its folder."""

import os
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

EXAMPLES = Path(__file__).parents[2] / "examples"
STEPS = ("kwtools", "people", "phone", "kwtools_0_11_0")
"""What every example does, in order."""
_BIN = Path(sys.executable).parent


class Tool(ABC):
    """A tool in its own copy of the example, with the variables of an environment."""

    folder: ClassVar[str]

    def __init__(self, copies: Path, environment: Mapping[str, str]) -> None:
        self.here = copies / self.folder
        self.environment = environment
        shutil.copytree(EXAMPLES / self.folder, self.here)

    def start(self, command: Sequence[str | Path], **other: str) -> subprocess.Popen[str]:
        """Start a command in the folder, with other variables than the environment's."""
        return subprocess.Popen(
            command,
            cwd=self.here,
            env={
                **os.environ,
                "PATH": f"{_BIN}:{os.environ['PATH']}",
                **self.environment,
                **other,
            },
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, *command: str | Path, **other: str) -> tuple[int, str]:
        """Run a command to its end; return exit code and output."""
        running = self.start(command, **other)
        output, _ = running.communicate()
        return running.returncode, output

    def up(self, to: str | None = None, **other: str) -> tuple[int, str]:
        """Run all steps, or those up to one of ``STEPS``; return exit code and output."""
        return self.run(*self.up_command(to), **other)

    def back(self, to: str) -> tuple[int, str]:
        """Undo the steps after one of ``STEPS``."""
        return self.run(*self.back_command(to))

    @abstractmethod
    def up_command(self, to: str | None = None) -> Sequence[str | Path]:
        """Return the command that runs the steps."""

    @abstractmethod
    def back_command(self, to: str) -> Sequence[str | Path]:
        """Return the command that undoes the steps after ``to``."""

    @abstractmethod
    def upgrade_to(self, version: str) -> None:
        """Add a step that upgrades the extension, as a team does: from the last one's text."""


def _for_version(text: str, version: str) -> str:
    parts = version.replace(".", ", ")
    return text.replace("array[0, 11, 0]", f"array[{parts}]").replace("'0.11.0'", f"'{version}'")


class Psql(Tool):
    """Plain scripts that all run again."""

    folder = "psql"
    _scripts: ClassVar = {
        "kwtools": "002",
        "people": "003",
        "phone": "004",
        "kwtools_0_11_0": "999",
    }

    def up_command(self, to: str | None = None) -> Sequence[str | Path]:
        for script in self.here.glob("0*.sql"):
            if to is not None and script.name[:3] > self._scripts[to]:
                script.rename(script.with_suffix(".later"))
        if to is None:
            for script in self.here.glob("*.later"):
                script.rename(script.with_suffix(".sql"))
        return ["./migrate"]

    def back_command(self, to: str) -> Sequence[str | Path]:
        undone = sorted((self.here / "back").glob("*.sql"), reverse=True)
        files = [f"--file={file}" for file in undone if file.name[:3] > self._scripts[to]]
        psql = ["psql", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--single-transaction"]
        return [*psql, *(files or ["--command="])]

    def upgrade_to(self, version: str) -> None:
        script = self.here / "001_kwtools.sql"
        script.write_text(_for_version(script.read_text(), version))


class Alembic(Tool):
    """Alembic, with SQLAlchemy and psycopg."""

    folder = "alembic"
    _revisions: ClassVar = dict(zip(STEPS, ("0001", "0002", "0003", "0004"), strict=True))

    def up_command(self, to: str | None = None) -> Sequence[str | Path]:
        return ["alembic", "upgrade", self._revisions[to] if to else "head"]

    def back_command(self, to: str) -> Sequence[str | Path]:
        return ["alembic", "downgrade", self._revisions[to]]

    def upgrade_to(self, version: str) -> None:
        versions = self.here / "migrations" / "versions"
        text = (versions / "0004_kwtools_0_11_0.py").read_text()
        text = text.replace('"0004"', '"0005"').replace('"0003"', '"0004"')
        (versions / "0005_next.py").write_text(_for_version(text, version))


class Django(Tool):
    """Django's migrations."""

    folder = "django"
    _names: ClassVar = dict(zip(STEPS, ("0001", "0002", "0003", "0004"), strict=True))

    def manage(self, *arguments: str) -> list[str | Path]:
        """Return a command of Django."""
        return [sys.executable, "manage.py", *arguments]

    def up_command(self, to: str | None = None) -> Sequence[str | Path]:
        return self.manage("migrate", "shop", *([self._names[to]] if to else []))

    def back_command(self, to: str) -> Sequence[str | Path]:
        return self.manage("migrate", "shop", self._names[to])

    def upgrade_to(self, version: str) -> None:
        migrations = self.here / "shop" / "migrations"
        text = (migrations / "0004_kwtools_0_11_0.py").read_text()
        text = text.replace('"0003_phone"', '"0004_kwtools_0_11_0"')
        (migrations / "0005_next.py").write_text(_for_version(text, version))


class Sqitch(Tool):
    """Debian's sqitch."""

    folder = "sqitch"

    def up_command(self, to: str | None = None) -> Sequence[str | Path]:
        return ["sqitch", "deploy", "--target", "db:pg:", *(["--to", to] if to else [])]

    def back_command(self, to: str) -> Sequence[str | Path]:
        return ["sqitch", "revert", "--target", "db:pg:", "-y", "--to", to]

    def upgrade_to(self, version: str) -> None:
        for kind in ("deploy", "revert", "verify"):
            text = (self.here / kind / "kwtools_0_11_0.sql").read_text()
            (self.here / kind / "next.sql").write_text(_for_version(text, version))
        with (self.here / "sqitch.plan").open("a") as plan:
            plan.write("next 2026-11-27T08:00:00Z Shop <shop@example.org> # Upgrades it again.\n")


TOOLS: tuple[type[Tool], ...] = (Psql, Alembic, Django, Sqitch)
