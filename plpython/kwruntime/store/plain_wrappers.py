"""Wrappers without layers, read many at once: columns as arrays, since a row each is a dictionary."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from kwruntime.postgres.query import Query

# What a suite lists beside layers stays to be compared; the second wrap counts in mode both only.
COLUMNS = """
    array_agg(w.wrapper_uuid) as uuids,
    array_agg(w.kms1_key_id) as first_keys, array_agg(w.kms2_key_id) as second_keys,
    array_agg(w.wrap1_version) as first_versions, array_agg(w.wrap2_version) as second_versions,
    array_agg(w.dek_wrap1) as first_wraps,
    array_agg(case when w.crypto_suite ->> 'mode' = 'both' then w.dek_wrap2 end) as second_wraps,
    array_agg(w.crypto_suite::text) as suites
"""
# As of the ordinary way: its status lets it open, and it has no rows of layers. Where nothing has any, that
# is asked once for all.
IS_PLAIN = """
    w.status not in ('retired', 'invalid') and w.dek_class = 'field'
    and (
        (select true from kw.key_wrapper_layers limit 1) is not true
        or (select true from kw.key_wrapper_layers l where l.key_wrapper_id = w.id limit 1) is not true
    )
"""
SEAL_COLUMNS = """
    array_agg(int8send(w.change_no) || w.seal) as wrapper_seals, array_agg(w.policy_id) as policies
"""


def _by_uuid(more: str = "") -> Query:
    return Query(
        f"""
        select {COLUMNS} {more}
        from unnest($1::bpchar[]) u (uuid)
        cross join lateral (
            select * from kw.key_wrappers w where w.wrapper_uuid = u.uuid limit 1
        ) w
        where {IS_PLAIN}
        """,
        ("text[]",),
    )


PLAIN_BY_UUID = _by_uuid()
SEALED_PLAIN_BY_UUID = _by_uuid(
    f""", {SEAL_COLUMNS}, array_agg(w.status) as statuses, array_agg(w.owner::text) as owners,
        array_agg(w.owner_name) as owner_names, array_agg(w.installation) as installations
    """
)
# Those that no other transaction locks, which this one locks then.
PLAIN_IF_FREE = Query(
    f"""
    select {COLUMNS}, array_agg(w.id) as ids
    from (
        select * from kw.key_wrappers w
        where w.wrapper_uuid = any($1::bpchar[]) and {IS_PLAIN}
        order by w.id
        for no key update of w skip locked
    ) w
    """,
    ("text[]",),
)


class PlainWrappers(NamedTuple):
    """Plain wrappers, a list a column."""

    uuids: list[str]
    first_keys: list[int]
    second_keys: list[int | None]
    first_versions: list[int]
    second_versions: list[int | None]
    first_wraps: list[bytes]
    second_wraps: list[bytes | None]
    """Of mode both; null in others."""
    suites: list[str]

    def __repr__(self) -> str:
        return f"PlainWrappers({len(self.uuids)})"

    @classmethod
    def of(cls, row: dict[str, Any]) -> "PlainWrappers":
        """Take them from a row of arrays."""
        return cls(*(row[name] or [] for name in cls._fields))

    def at(self, places: Sequence[int]) -> "PlainWrappers":
        """Return those at some places."""
        if len(places) == len(self.uuids):
            return self
        return PlainWrappers(*([column[place] for place in places] for column in self))  # type: ignore[arg-type]
