"""A KMS key as an argument: its id, or PROVIDER/REFERENCE."""

from kwtools.connections import Connection
from kwtools.errors import CheckFailed

_KEYS = """
select k.id, k.id || ' (' || p.name || '/' || k.external_key_ref || ')'
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id
where %(key)s in (k.id::text, p.name || '/' || k.external_key_ref)
order by k.id
"""


def kms_key(connection: Connection, given: str) -> tuple[int, str]:
    """Return id and name of a key, in a transaction; raises ``CheckFailed``."""
    found = connection.execute(_KEYS, {"key": given}).fetchall()
    if not found:
        raise CheckFailed(f'key "{given}" does not exist', "Look it up in kw.kms_keys.")
    if len(found) > 1:
        raise CheckFailed(f'key "{given}" is ambiguous', "Give its id in kw.kms_keys.")
    return int(found[0][0]), str(found[0][1])
