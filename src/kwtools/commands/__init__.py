"""The subcommands, one module each."""

from kwtools.commands import (
    audit,
    build,
    check_takeover,
    console,
    deployment,
    diff,
    doctor,
    dump,
    encrypt_column,
    health,
    init,
    install,
    inventory,
    keys,
    lint,
    metrics,
    playground,
    providers,
    receipt,
    reencrypt,
    relayer,
    report,
    restore,
    rewrap,
    rotate_index,
    schema,
    status,
    uninstall,
    upgrade,
    verify,
    version,
    wheelhouse,
    wrappers,
)
from kwtools.commands._parser import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add every subcommand, in the order in which a user meets them."""
    for module in (
        playground, install, wheelhouse, uninstall, init, status, upgrade, keys, providers, doctor,
        health, metrics, inventory, console, report, verify, audit, receipt, deployment, rewrap,
        relayer, reencrypt, encrypt_column, check_takeover, rotate_index, wrappers, dump, restore,
        schema, diff, version, build, lint,
    ):  # fmt: skip
        module.register(subparsers)
