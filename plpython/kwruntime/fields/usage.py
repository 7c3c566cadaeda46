"""How much each generation has encrypted with the short nonces of suite 1, counted by sampling.

The nonces are random, so one in 2**20 begins with 20 zero bits. Only those are counted: nearly no
call writes. A transaction that is rolled back takes its count with it.
"""

from collections.abc import Iterable

from kwruntime.call import Call
from kwruntime.crypto.field_cipher import FieldCipher, read_header
from kwruntime.fields.names import Entity, cell
from kwruntime.keys.failures import warn_once_a_minute
from kwruntime.postgres.query import Row
from kwruntime.store import generation_usage

FULL = 3500
"""Of the 4096 that 2**32 values have on average: the limit of NIST SP 800-38D, section 8.3."""


class Uncounted:
    """The ciphers that have drawn nonces in a call that are to be counted."""

    def __init__(self, _: Call) -> None:
        self.ciphers: list[FieldCipher] = []


def note(call: Call, ciphers: Iterable[FieldCipher]) -> None:
    """Note what is to be counted when the call does not only read any more."""
    for cipher in ciphers:
        if cipher.rare_nonces:
            call.of(Uncounted).ciphers.append(cipher)


def count(call: Call) -> None:
    """Count what was noted. A transaction that must not write leaves it to a later one."""
    noted = call.of(Uncounted).ciphers
    if not noted or call.execute(generation_usage.IS_READ_ONLY)[0]["is_read_only"]:
        return
    ciphers = list(dict.fromkeys(noted))
    headers = [read_header(cipher.header) for cipher in ciphers]
    counts = [cipher.rare_nonces for cipher in ciphers]
    call.as_owner(
        lambda: call.execute(
            generation_usage.COUNT,
            [header.binding_id for header in headers],
            [header.generation for header in headers],
            counts,
            FULL,
        )
    )
    for cipher in ciphers:
        cipher.rare_nonces = 0
    noted.clear()  # a call that encrypts again, as the views do, counts what it adds


def warn(call: Call, entity: Entity, field: str | None, state: Row) -> None:
    """Warn of the bindings of a call that are to be rotated, once a minute each."""
    full = set(zip(state["full_ids"] or (), state["full_generations"] or (), strict=True))
    if not full:
        return
    of_call = zip(state["ids"], state["generations"], state["pks"], strict=True)
    for binding_id, generation, pk in of_call:
        if (binding_id, generation) in full:
            warn_once_a_minute(
                call,
                (binding_id, "usage"),
                f"the data key of {cell(entity.name, pk, field)} has encrypted nearly 2^32 values",
                "Use kw.rotate to give it a new data key.",
            )
