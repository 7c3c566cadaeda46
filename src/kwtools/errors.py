"""What the command can fail with. The exit code says which kind it was."""

EXIT_OK = 0
EXIT_PROBLEM = 1
EXIT_USAGE = 2
EXIT_ENVIRONMENT = 3


class KwtoolsError(Exception):
    """Something about the machine or the server is not as it must be (exit code 3).

    ``message`` names the thing, ``hint`` says what a person can do about it.
    """

    exit_code = EXIT_ENVIRONMENT

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class CheckFailed(KwtoolsError):
    """What was looked at is wrong or refused (exit code 1)."""

    exit_code = EXIT_PROBLEM


class BadUsage(KwtoolsError):
    """The command was called wrongly (exit code 2)."""

    exit_code = EXIT_USAGE
