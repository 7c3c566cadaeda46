"""``kwtools wrappers``: data keys that are made in one place and imported in another."""

import argparse
import binascii
import sys
import time
from base64 import b64decode
from uuid import UUID

from kwtools import bundle_files, sealing
from kwtools.commands import _wrappers_moving
from kwtools.commands._deployment_state import current_deployment
from kwtools.commands._parser import MOST_ID, Subparsers, absolute, add_dsn, file, whole_number
from kwtools.commands._session import connected
from kwtools.connections import transaction
from kwtools.errors import BadUsage, CheckFailed
from kwtools.output import say

_DAY = 86_400
_KEY = "select k.key_uuid, k.algorithm, k.public_key from kw.kms_keys k where k.id = %s"


def register(subparsers: Subparsers) -> None:
    """Add the subcommand and its own."""
    parser = subparsers.add_parser(
        "wrappers",
        help="seal data keys for a database, export and import them",
        description="Data keys that are made outside a database are sealed to a KEM key of it, and"
        " signed. It imports them. Another database can be such a maker, too.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_recipient(actions)
    _add_seal(actions)
    _wrappers_moving.register(actions)


def _add_recipient(actions: Subparsers) -> None:
    parser = actions.add_parser(
        "recipient",
        help="print what a maker of data keys needs to know of a KEM key",
        description="Prints the uuid of the deployment, and the key_uuid, KEM and public key of a"
        " KEM key, as JSON. All of it is public. Run it as a superuser, kw_admin or kw_auditor.",
    )
    add_dsn(parser)
    parser.add_argument(
        "key", type=whole_number(1, MOST_ID), metavar="KEY", help="the KEM key, kw.kms_keys.id"
    )
    parser.set_defaults(run=_recipient)


def _add_seal(actions: Subparsers) -> None:
    parser = actions.add_parser(
        "seal",
        help="seal and sign data keys, without a server",
        description="Reads data keys from standard input, one a line: a uuid, a space, and the"
        " base64 of the data key. Writes NAME.note and NAME.bundle, for kw.import_wrapper_many."
        " Nothing is sent anywhere.",
    )
    parser.add_argument(
        "--to", type=absolute, required=True, metavar="FILE",
        help="the recipient, which kwtools wrappers recipient printed",
    )  # fmt: skip
    parser.add_argument(
        "--signer", required=True, metavar="NAME",
        help="the name under which the signing key is enrolled",
    )  # fmt: skip
    parser.add_argument(
        "--key", type=absolute, required=True, metavar="FILE",
        help="the private key that signs, PKCS #8 in PEM",
    )  # fmt: skip
    parser.add_argument(
        "--number", type=whole_number(1, MOST_ID), metavar="N",
        help="the number of the bundle, higher than that of the one before (default: the time in"
        " microseconds)",
    )  # fmt: skip
    parser.add_argument(
        "--valid-seconds", type=whole_number(1, 10 * 366 * _DAY), default=_DAY, metavar="N",
        help="how long the bundle can be imported (default: %(default)s, a day)",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=file, required=True, metavar="NAME", help="the files, without their endings"
    )
    parser.set_defaults(run=_seal)


def _recipient(options: argparse.Namespace) -> int:
    with connected(options.dsn, "wrappers recipient") as connection:
        deployment = UUID(current_deployment(connection)["deployment"])
        with transaction(connection):
            row = connection.execute(_KEY, (options.key,)).fetchone()
    if row is None or row[2] is None:
        raise CheckFailed(
            f"KMS key {options.key} {'does not exist' if row is None else 'is not a KEM key'}",
            "Use the id of a key that kw.create_kms_key or kw.create_kem_key made with a KEM.",
        )
    say(sealing.Recipient(deployment, *row))
    return 0


def _seal(options: argparse.Namespace) -> int:
    to = sealing.recipient(options.to.read_text(encoding="utf-8", errors="replace"))
    signer = sealing.Signer.read(options.signer, options.key)
    deks = [_data_key(number, line) for number, line in enumerate(sys.stdin, 1) if line.strip()]
    now = time.time_ns()
    sealed = sealing.seal(
        deks,
        to,
        signer,
        number=options.number or now // 1000,
        valid_until=now // 10**9 + options.valid_seconds,
    )
    for ending, data in (("note", sealed.note), ("bundle", sealed.bundle)):
        bundle_files.write(bundle_files.named(options.out, ending), data)
    say(f"{options.out}.note, {options.out}.bundle: {len(deks)} data keys")
    return 0


def _data_key(number: int, line: str) -> tuple[UUID, bytes]:
    """Read a line of the input; the error does not show it."""
    try:
        uuid, dek = line.split()
        return UUID(uuid), b64decode(dek, validate=True)
    except (ValueError, binascii.Error):
        raise BadUsage(f"line {number} of the input is not a uuid, a space and base64") from None
