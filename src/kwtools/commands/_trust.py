"""What an auditor trusts, as options: the keys of a log, and its witnesses."""

import argparse
from collections import defaultdict
from collections.abc import Sequence

from kwtools.commands._parser import whole_number
from kwtools.errors import BadUsage
from kwtools.evidence import public_keys
from kwtools.evidence.checkpoints import Trust
from kwtools.evidence.lines import BadForm


def add_trust(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--key", action="append", default=[], required=True, metavar="VKEY",
        help="a verifier key of the log; may be repeated. Each type of signature among them is"
        " required",
    )  # fmt: skip
    parser.add_argument(
        "--witness", action="append", default=[], metavar="VKEY",
        help="the verifier key of a witness; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--min-witnesses", type=whole_number(0, 100), default=0, metavar="N",
        help="how many of the witnesses must have cosigned the checkpoint (%(default)s)",
    )  # fmt: skip


def trusts_of(options: argparse.Namespace) -> dict[str, Trust]:
    """Return what the options say of each log, by its origin; raises ``BadUsage``."""
    of_logs = defaultdict[str, list[str]](list)
    for key in options.key:
        of_logs[key.partition("+")[0]].append(key)
    return {origin: _trust(options, keys) for origin, keys in of_logs.items()}


def trust_of(options: argparse.Namespace) -> Trust:
    """Return what the options say of one log; raises ``BadUsage``."""
    return _trust(options, options.key)


def _trust(options: argparse.Namespace, given: Sequence[str]) -> Trust:
    try:
        keys = tuple(map(public_keys.read, given))
        witnesses = tuple(map(public_keys.read, options.witness))
        return Trust(keys[0].name, keys, witnesses, options.min_witnesses)
    except BadForm as error:
        raise BadUsage(
            f"--key or --witness: {error}",
            "Give the key itself, one line NAME+HASH+BASE64, as kw.log_keys.verifier_key has it.",
        ) from None
