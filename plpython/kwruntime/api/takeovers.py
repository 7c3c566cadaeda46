"""Values that other tools encrypted: opened with their old key, and checked before."""

from typing import Any

from kwruntime.api.arguments import entity_of, flat, parsed_json
from kwruntime.call import Call, entry
from kwruntime.errors import BadArgument
from kwruntime.fields import takeover_checks, taking_over
from kwruntime.fields.takeover_columns import Columns
from kwruntime.fields.taking_over import Beside

_Values = list[bytes | None]


@entry
def takeover_many(
    call: Call,
    source: str,
    key: bytes | None,
    ciphertexts: _Values | None,
    options: str | None,
    nonces: _Values | None,
    associated: _Values | None,
    key_uuids: list[str | None] | None,
) -> _Values | None:
    beside = Beside(nonces, associated, key_uuids)
    given_options = parsed_json(options or "{}", "options")
    has_keys = key_uuids is not None
    opening = taking_over.opener(call, source, key, given_options, has_key_of_each=has_keys)
    if ciphertexts is None:
        return None
    flat(ciphertexts, "ciphertexts")
    for name, given in beside._asdict().items():
        if given is not None and len(flat(given, name)) != len(ciphertexts):
            raise BadArgument(
                f"number of {name} ({len(given)}) differs from number of ciphertexts "
                f"({len(ciphertexts)})"
            )
    return taking_over.open_all(opening, ciphertexts, beside)


@entry
def check_takeover(
    call: Call,
    entity_table: str | None,
    column_name: str,
    source: str,
    key: bytes | None,
    options: str | None,
    nonce_column: str | None,
    associated_columns: list[str] | None,
    key_column: str | None,
    max_rows: int | None,
) -> list[dict[str, Any]]:
    entity = entity_of(call, entity_table)
    given = taking_over.to_check(parsed_json(options or "{}", "options"))
    has_keys = key_column is not None
    opening = taking_over.opener(call, source, key, given, has_key_of_each=has_keys)
    associated = flat(associated_columns or [], "associated_columns")
    if None in associated:
        raise BadArgument("associated_columns has a null")
    if max_rows is not None and max_rows < 0:
        raise BadArgument("max_rows is negative")
    columns = Columns(column_name, nonce_column, associated, key_column)
    return takeover_checks.checked(call, entity, columns, opening, max_rows)
