"""What the tests of the command share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kwtools.cli import main
from tests.conftest import Database
from tests.deployment import make_deployment
from tests.sql.session import Session

Kwtools = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kwtools(capsys: pytest.CaptureFixture[str]) -> Kwtools:
    """``kwtools('keys', 'list', …)``: run the command; return exit code, stdout and stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as exit_:  # argparse
            code = int(exit_.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def session(db: Database) -> Session:
    return Session(db.connect())


@pytest.fixture
def there(other_db: Database) -> Session:
    return Session(other_db.connect())


@pytest.fixture
def to_there(
    kwtools: Kwtools, session: Session, there: Session, other_db: Database, tmp_path: Path
) -> Path:
    """The recipient in another database, which has enrolled the key of this one."""
    session.value("select kw.create_signing_key('moves', 'ML-DSA-44', 'export', 1)")
    public = session.value("select public_key from kw.signing_keys where name = 'moves'")
    there.value("select kw.import_signing_key('moves', 'ML-DSA-44', 'import', %s)", public)
    make_deployment(there)
    to = tmp_path / "there.json"
    to.write_text(kwtools("wrappers", "recipient", "--dsn", other_db.dsn, there.kem())[1])
    return to
