"""Providers local and wrapper for the behaviour suite: they have no server to reach."""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from kwtools.cluster import Place
from kwtools.postgres import server_user
from tests.conftest import Database, unique
from tests.providers.harness import Harness, no_server
from testservers.provider_file import add_entry


class LocalHarness(Harness):
    """A keystore of its own."""

    kind = "local"
    context_refused = "KW211"
    cannot: ClassVar[dict[str, str]] = {
        "disabled key": "A key file is there or it is not.",
        **no_server("The keystore is a folder of the server: nothing to reach, or to log in to."),
    }

    def __init__(self, cluster: Place, server: None) -> None:
        super().__init__(cluster, server)
        self.store = self.name.replace("_", "-")
        self.reference = self.reference.replace("_", "-")
        self.directory = directory = cluster.base / self.name
        directory.mkdir(mode=0o700)
        os.chown(directory, server_user().uid, server_user().gid)
        add_entry(cluster, self.store, "local", directory=str(directory), sql_may_create=True)
        self.name = self.store

    @classmethod
    @contextlib.contextmanager
    def serve(cls, base: Path) -> Iterator[None]:
        """Start nothing."""
        yield

    def unknown_reference(self) -> str:
        """Return a name that a key file could have."""
        return "nobody"

    def register_copied(self, db: Database) -> tuple[int, int]:
        """Make files whose kids, as earlier releases drew them, do not tell their keys."""
        for reference, kid in ((self.reference, "x" * 22), ("copy", "y" * 22)):
            file = self.directory / f"{reference}.jwk"
            file.write_text(json.dumps({"kty": "oct", "kid": kid, "k": "A" * 43}))
            file.chmod(0o600)
            os.chown(file, server_user().uid, server_user().gid)
        self.add_provider(db)
        return self.add_key(db, self.reference), self.add_key(db, "copy")

    def make_again(self) -> None:
        """Put the file of another key in the place of the key's."""
        file = self.directory / f"{self.reference}.jwk"
        status = file.stat()
        file.unlink()
        file.write_text(json.dumps({"kty": "oct", "kid": "x" * 22, "k": "A" * 43}))
        file.chmod(status.st_mode)
        os.chown(file, status.st_uid, status.st_gid)


class BranchHarness(LocalHarness):
    """Branch keys under a key of a keystore."""

    kind = "wrapper"
    cannot: ClassVar[dict[str, str]] = {
        **dict.fromkeys(
            ("unknown key", "key made again", "copied key"),
            "A branch is made, never registered: it is a row of this database.",
        ),
        "disabled key": "Its status is the database's own.",
        **no_server("A branch is a row of this database: the KMS above it is what can fail."),
    }

    def register(self, db: Database) -> int:
        """Make a branch under a key of the keystore."""
        make, policy = "select kw.create_kms_key(%s, %s)", unique("policy")
        db.sql("select kw.add_provider(%s, 'local')", self.store)
        above = db.sql(make, self.store, self.reference)[0][0]
        db.sql("select kw.create_policy(%s, 'single', %s)", policy, above)
        self.name = unique("branches")
        self.add_provider(db)
        return int(db.sql(make, self.name, policy)[0][0])
