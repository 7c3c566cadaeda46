"""docs/command.md and the help texts say the same."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Kwtools

PAGE = (Path(__file__).parents[2] / "docs" / "command.md").read_text()
COMMANDS = [
    *(
        "playground",
        "install",
        "wheelhouse",
        "uninstall",
        "init",
        "status",
        "upgrade",
        "keys",
        "providers",
    ),
    *(
        "doctor",
        "health",
        "metrics",
        "inventory",
        "console",
        "report",
        "verify",
        "audit",
        "receipt",
    ),
    *("relayer", "reencrypt", "encrypt-column", "check-takeover", "rotate-index"),
    *("wrappers", "dump", "restore", "schema", "diff", "version", "build", "lint"),
]
ACTIONS = [
    *(["keys", action] for action in ("create", "list", "convert", "clean", "import", "backup")),
    *(["providers", action] for action in ("check", "list", "example")),
    ["keys", "safe-to-destroy"],
    *(["wrappers", action] for action in ("recipient", "seal", "export", "import")),
    *(["audit", action] for action in ("seal", "export", "verify", "show")),
    *(["receipt", action] for action in ("get", "verify")),
    *(
        ["deployment", action]
        for action in (
            *("create", "adopt", "seal", "status", "check", "accept"),
            *("replace", "acknowledge"),
        )
    ),
    *(
        ["rewrap", action]
        for action in ("plan", "schedule", "rotate", "run", "status", "retry", "cancel")
    ),
]


@pytest.mark.parametrize("command", [[name] for name in COMMANDS] + ACTIONS)
def test_every_option_of_a_command_is_on_the_page(kwtools: Kwtools, command: list[str]) -> None:
    _, out, _ = kwtools(*command, "--help")
    options = set(re.findall(r"--[a-z][a-z-]+", out)) - {"--help"}
    assert options <= set(re.findall(r"--[a-z][a-z-]+", PAGE))
    assert f"\n## {command[0]}\n" in PAGE


def test_every_option_of_the_page_exists(kwtools: Kwtools) -> None:
    commands = [[], *([name] for name in COMMANDS), *ACTIONS]
    helps = "".join(kwtools(*command, "--help")[1] for command in commands)
    assert set(re.findall(r"--[a-z][a-z-]+", PAGE)) <= set(re.findall(r"--[a-z][a-z-]+", helps))


def test_without_a_command_the_commands_are_listed(kwtools: Kwtools) -> None:
    code, out, err = kwtools()
    assert (code, out) == (2, "")
    assert "make a database ready" in err


def test_the_exit_codes_are_those_of_the_help(kwtools: Kwtools) -> None:
    shown = re.findall(r"^ +(\d+)  (.+)$", kwtools("--help")[1], re.MULTILINE)
    assert len(shown) == 6
    assert shown == re.findall(r"^\| (\d+) \| (.+) \|$", PAGE, re.MULTILINE)
