"""Verify: decrypt each row and compare digests, a batch of rows in each transaction."""

from collections.abc import Sequence

from kwruntime.call import Call
from kwruntime.fields import decryption, reads
from kwruntime.postgres import statements
from kwruntime.postgres.query import Row
from kwruntime.protection import backfilling, former_values, last_values, searching
from kwruntime.protection.former_values import FormerValues
from kwruntime.protection.target import (
    BOTH_CHECK,
    FILLED_CHECK,
    FORM_CHECK,
    NOT_NULL_CHECK,
    State,
    Target,
    audit,
    check_intact,
    open_state,
    set_status,
)
from kwruntime.store import protections


def start(call: Call, target: Target, max_rows: int, old_key: bytes | None = None) -> int:
    """Verify the next rows; return how many, 0 at the end."""
    state = open_state(call, target)
    backfilling.check_done(target, state)
    if state.status != "backfilled":
        return 0
    check_intact(call, target, state)
    if state.position is None:
        searching.check_unique(call, target, state)
        searching.index(call, target, state)
    rows = target.rows(state)
    values = former_values.of(call, target, state, old_key)
    query = rows.sealed_beside(values.digest_of(rows), is_first=state.position is None)
    page = call.execute(query, state.position, max_rows)
    if not page and state.position is not None and state.differing:
        call.as_owner(lambda: call.execute(protections.VERIFY_AGAIN, state.id))
        return 0
    if not page:
        _complete(call, target, state)
        return 0
    differing = _differing(call, target, state, values, page)
    given = state.id, page[-1]["key"], len(page), differing
    call.as_owner(lambda: call.execute(protections.VERIFIED, *given))
    return len(page)


def _differing(
    call: Call, target: Target, state: State, before: FormerValues, page: list[Row]
) -> list[str]:
    """Return the keys of rows whose ciphertext does not decrypt to their plaintext."""
    pks, values = [row["pk"] for row in page], [row["sealed"] for row in page]
    entity, field = target.entity, state.field_name

    def work() -> list[bytes | None]:
        return decryption.decrypt(call, entity, field, pks, values, or_null=True)

    opened = reads.opening(call, entity.name, field, values, work)
    tokens: Sequence[bytes | None] = [row["token"] for row in page]
    expected = tokens
    if state.search is not None:
        expected = call.as_owner(lambda: searching.tokens(call, target, pks, opened))
    same = before.are_same(page, opened)
    return [
        row["pk"]
        for row, is_same, token, made in zip(page, same, tokens, expected, strict=True)
        if not (is_same and token == made)
    ]


def _complete(call: Call, target: Target, state: State) -> None:
    """Have the checks hold for each row, so that cut over and contract need not look at them."""
    checks = [FORM_CHECK]
    if state.taken_over_from is None:
        checks.append(NOT_NULL_CHECK if state.is_not_null else BOTH_CHECK)
    if state.search is not None:
        checks.append(FILLED_CHECK)
    for check in checks:
        text = f"alter table {target.table} validate constraint {state.named(check)}"
        statements.run(call.server, text)
    set_status(call, state, "verified")
    audit(call, "protect_verify", target, protection=state.id)
    if state.taken_over_from is not None:
        last_values.advise(call, target, state)
