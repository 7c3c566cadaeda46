"""The errors of the command, each kind with its exit code."""

EXIT_OK = 0
EXIT_PROBLEM = 1
EXIT_USAGE = 2
EXIT_ENVIRONMENT = 3


class KwtoolsError(Exception):
    """An environment error: machine, server or connection (exit code 3).

    ``message`` states a fact and names the object. ``hint`` tells a person what to do.
    """

    exit_code = EXIT_ENVIRONMENT

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class CheckFailed(KwtoolsError):
    """A check failed, or something was refused (exit code 1)."""

    exit_code = EXIT_PROBLEM


class BadUsage(KwtoolsError):
    """The command was called wrongly (exit code 2)."""

    exit_code = EXIT_USAGE
