"""The subcommands, one module each."""

from kwtools.commands import (
    build,
    doctor,
    health,
    init,
    install,
    inventory,
    keys,
    playground,
    providers,
    relayer,
    restore,
    version,
    wheelhouse,
)
from kwtools.commands._parser import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add every subcommand, in the order in which a user meets them."""
    for module in (
        playground, install, wheelhouse, init, keys, providers, doctor, health, inventory, relayer,
        restore, version, build,
    ):  # fmt: skip
        module.register(subparsers)
