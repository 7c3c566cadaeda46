"""What the tests of the command share."""

from collections.abc import Callable

import pytest

from kwtools.cli import main

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
