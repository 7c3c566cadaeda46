"""What keeps throw-away servers apart from the servers that the caller's environment names."""

import os
import re
from collections.abc import Mapping

# Every variable of libpq, psql and Debian's wrapper of psql, of any version: PGHOSTADDR,
# PGSERVICE, PGOPTIONS, PGCLUSTER, … Names such as PG_CONFIG are not among them.
_NAMES_A_SERVER = re.compile(r"PG[A-Z].*|PSQLRC(-.*)?")


def isolated(environment: Mapping[str, str]) -> dict[str, str]:
    """Return ``environment`` without the variables that lead a client to some server."""
    return {
        name: value for name, value in environment.items() if not _NAMES_A_SERVER.fullmatch(name)
    }


def leave_other_servers() -> None:
    """Take those variables out of the environment of this process and of its children to come.

    libpq reads them wherever a connection string leaves something open, and no string can
    keep it from reading PGSERVICE.
    """
    for name in os.environ.keys() - isolated(os.environ).keys():
        del os.environ[name]
