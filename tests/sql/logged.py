"""The lines of the audit in the server log."""

import json
import re
from pathlib import Path
from typing import Any

LINE = re.compile(r"LOG:  (?:00000: )?kwtools audit: (\{.*\})$")


class Told:
    """``told()``: the lines of the log of roles of this test since the last call.

    The log is the whole run's: every role of a test has a name of its own.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._begin = place.stat().st_size
        self._roles: set[str] = set()

    def of(self, role: str) -> str:
        """Give the lines of that role, too."""
        self._roles.add(role)
        return role

    def __call__(self) -> list[dict[str, Any]]:
        with self._place.open("rb") as log:
            log.seek(self._begin)
            text = log.read().decode(errors="surrogateescape")
            self._begin = log.tell()
        found = [LINE.search(line) for line in text.splitlines()]
        lines = [json.loads(match[1]) for match in found if match]
        return [line for line in lines if line["session_role"] in self._roles]
