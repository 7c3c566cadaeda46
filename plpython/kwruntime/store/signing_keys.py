"""kw.signing_keys."""

from typing import NamedTuple

from kwshared.algorithms import SIGNATURES, Signature

from kwruntime.errors import BadArgument
from kwruntime.postgres.query import Query, Row

LOCAL, KMS, IMPORTED = "local", "kms", "imported"
LOG, IMPORT, EXPORT, APPLICATION = "log", "import", "export", "application:"
"""Scopes: what a key may sign. That of an application goes on with its name."""

_KEY_COLUMNS = """
    select
        s.id, s.name, a.name as algorithm, a.status as algorithm_status, a.nist_level, s.scope, s.origin,
        s.public_key, s.private_key_enc, s.kms_key_id, s.status, s.activated_at is not null as is_activated
"""
_KEY_TABLES = "from kw.signing_keys s join kw.crypto_algorithms a on a.id = s.algo_id"
_KEY = f"{_KEY_COLUMNS} {_KEY_TABLES}"
KEY = Query(f"{_KEY} where s.name = $1", ("text",))
# Those whose private key will be needed again.
HELD_KEYS = Query(f"{_KEY} where s.origin <> 'imported' and s.status = 'active' order by s.id")
# Also whether signatures of the key count that were made at times $2; null: at an unknown time.
KEY_AND_COUNTS = Query(
    f"""
    {_KEY_COLUMNS}, array(
        select case
            when s.activated_at is null then false
            when t.signed_at is null then s.status <> 'compromised'
            else t.signed_at >= s.activated_at
                and t.signed_at <= coalesce(s.retired_at, 'infinity')
                and t.signed_at < coalesce(s.compromised_at, 'infinity')
        end
        from unnest($2) with ordinality t (signed_at, place)
        order by t.place
    ) as counts
    {_KEY_TABLES}
    where s.name = $1
    """,
    ("text", "timestamptz[]"),
)
ADD = Query(
    """
    insert into kw.signing_keys (
        algo_id, name, scope, origin, public_key, private_key_enc, kms_key_id, activated_at, notes
    )
    select a.id, $2, $3, $4, $5, $6, $7, case when $8 then clock_timestamp() end, $9
    from kw.crypto_algorithms a
    where a.class = 'sig' and a.name = $1
    on conflict (name) do nothing
    returning id
    """,
    ("text", "text", "text", "text", "bytea", "bytea", "int8", "bool", "text"),
)
ALGORITHM = Query(
    "select a.status, a.nist_level from kw.crypto_algorithms a where a.class = 'sig' and a.name = $1",
    ("text",),
)
NAME_OF_PUBLIC_KEY = Query(
    "select s.name from kw.signing_keys s where sha256(s.public_key) = sha256($1)", ("bytea",)
)
# The triggers set the times; what is null here is not theirs to say.
ACTIVATE = Query(
    """
    update kw.signing_keys set activated_at = clock_timestamp()
    where id = $1 and status = 'active' and activated_at is null
    returning id
    """,
    ("int8",),
)
RETIRE = Query(
    "update kw.signing_keys set status = 'retired' where id = $1 and status = 'active' returning id",
    ("int8",),
)
# Since it was activated, where no moment is given: then no signature counts.
COMPROMISE = Query(
    """
    update kw.signing_keys
    set status = 'compromised', compromised_at = coalesce($2, activated_at, created_at)
    where id = $1 and status = $3
    returning id
    """,
    ("int8", "timestamptz", "text"),
)
MOMENT = Query(
    """
    select
        $2 > clock_timestamp() as is_future,
        not isfinite($2) as is_infinite,
        m.moment > s.compromised_at as is_later,
        m.moment = s.compromised_at as is_same
    from kw.signing_keys s
    cross join lateral (select coalesce($2, s.activated_at, s.created_at)) m (moment)
    where s.id = $1
    """,
    ("int8", "timestamptz"),
)
PUBLIC_KEY_HELD = Query(
    "select s.public_key from kw.signing_keys s where s.kms_key_id = $1 and s.origin = 'kms'",
    ("int8",),
)
COUNT_UNDER = Query(
    """
    select count(*) as signing
    from kw.signing_keys s
    where s.kms_key_id = $1 and s.status = 'active'
    """,
    ("int8",),
)


class SigningKey(NamedTuple):
    """A row of kw.signing_keys, with what the catalogue says of its algorithm."""

    id: int
    name: str
    algorithm: str
    algorithm_status: str
    nist_level: int | None
    scope: str
    origin: str
    public_key: bytes
    private_key_enc: bytes | None
    kms_key_id: int | None
    status: str
    is_activated: bool

    @classmethod
    def of(cls, row: Row) -> "SigningKey":
        """Take it from a result row."""
        return cls(**row)

    def __repr__(self) -> str:
        return f"SigningKey({self.label})"

    @property
    def label(self) -> str:
        """How messages name it."""
        return f'signing key "{self.name}"'

    @property
    def signature(self) -> Signature:
        """Its algorithm; raises ``BadArgument``."""
        if self.algorithm not in SIGNATURES:
            raise BadArgument(f"this version does not have {self.algorithm}")
        return SIGNATURES[self.algorithm]
