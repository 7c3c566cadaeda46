"""Rows of kw.kms_keys with their providers: what a key may be used for."""

from typing import Any, NamedTuple
from uuid import UUID

from kwshared import usability

from kwruntime.errors import KeyUnavailable
from kwruntime.kms.providers import KeyName
from kwruntime.postgres.query import Query
from kwruntime.postgres.quoting import literal

_KEY = """
    select
        k.id, k.key_uuid, k.external_key_ref as reference, k.external_key_id as external_id,
        k.purpose, k.status, p.name as provider, p.provider as kind, p.is_enabled, k.algorithm, k.public_key
    from kw.kms_keys k
    join kw.kms_providers p on p.id = k.provider_id
"""
KEYS = Query(f"{_KEY} where k.id = any($1)", ("int8[]",))
ALL_KEYS = Query(f"{_KEY} order by k.id")
# Taken before a wrap: so that nobody deletes them, and a change of a branch sees wraps in flight.
LOCK_KEYS = Query(f"{_KEY} where k.id = any($1) order by k.id for key share of k, p", ("int8[]",))
# The transactions that may lock the keys, as LOCK_KEYS and foreign keys do, or change them; also such as
# ended. A row's xmax is such a transaction, or if there are several the number of their list, a multixact.
# Which of the two cannot be told here, so it counts as both. It takes no lock: nobody waits for a look.
TRANSACTIONS_AT_KEYS = Query(
    """
    with locked as materialized (
        select k.xmax as xid from kw.kms_keys k where k.id = any($1)
    )
    select l.xid::text::int8 as xid from locked l
    union
    select m.xid::text::int8
    from locked l
    cross join (select c.relminmxid from pg_class c where c.oid = 'kw.kms_keys'::regclass) c
    cross join lateral pg_get_multixact_members(
        case when mxid_age(l.xid) between 1 and mxid_age(c.relminmxid) then l.xid end
    ) m
    """,
    ("int8[]",),
)
SET_KEY_STATUS = Query(
    "update kw.kms_keys set status = $2 where id = $1 returning id", ("int8", "text")
)
ADD_KEY = Query(
    """
    insert into kw.kms_keys (
        provider_id, external_key_ref, external_key_id, purpose, algorithm, public_key, key_uuid,
        root_uuid
    )
    values (
        $1, $2, $3, $4, $5, $6, coalesce($7, gen_random_uuid()), coalesce($8, gen_random_uuid())
    )
    on conflict (provider_id, external_key_ref) do nothing
    returning id
    """,
    ("int8", "text", "text", "text", "text", "bytea", "uuid", "uuid"),
)
# What tells which keys are one root; branches are not roots.
ROOTS = Query(
    """
    select
        k.id, p.provider as kind, k.external_key_id as external_id, k.public_key is not null as is_kem,
        k.root_uuid, p.root_group
    from kw.kms_keys k
    join kw.kms_providers p on p.id = k.provider_id
    where p.provider <> 'wrapper' or k.public_key is not null
    order by k.id
    """
)
ROOT_UUID = Query("select k.root_uuid from kw.kms_keys k where k.id = $1", ("int8",))
KEYS_OF_KIND = Query(
    """
    select k.id
    from kw.kms_keys k
    join kw.kms_providers p on p.id = k.provider_id
    where p.provider = $1 and p.is_enabled and k.status <> 'disabled' and k.public_key is null
        and k.purpose <> 'sign'
    order by k.id desc
    """,
    ("text",),
)
KEY_BY_NAME = Query(
    """
    select k.id, k.purpose, k.algorithm, k.status, k.public_key, s.sealed_by_key_id as sealed_by
    from kw.kms_keys k
    left join kw.kem_private_keys s on s.kms_key_id = k.id
    where k.provider_id = $1 and k.external_key_ref = $2
    """,
    ("int8", "text"),
)
# An active branch key of a provider ($1) that a policy ($2) made; $3 its purpose
BRANCH_OF_POLICY = Query(
    """
    select k.id, k.external_key_ref as reference
    from kw.kms_keys k
    join kw.key_wrappers w on w.wrapper_uuid = k.external_key_ref::bpchar
    where k.provider_id = $1 and k.public_key is null and k.status = 'active' and k.purpose = $3
        and w.policy_id = $2 and w.dek_class = 'branch' and w.status = 'active'
    order by k.id
    limit 1
    """,
    ("int8", "int8", "text"),
)
# By a leg of theirs, by a layer, or by a layer whose private key is sealed under the key. Of the
# latest wrappers only, since disabling a key must not take as long as there are wrappers.
COUNTED = 10_000
LEGS_UNDER_KEY = Query(
    f"""
    with latest as materialized (
        select w.id, w.kms1_key_id, w.kms2_key_id, w.crypto_suite
        from kw.key_wrappers w
        where w.status <> 'invalid'
        order by w.id desc
        limit {COUNTED}
    ),
    used as (
        select
            w.id, w.crypto_suite ->> 'mode' = 'either' as is_either,
            exists (
                select
                from kw.key_wrapper_layers l
                where l.key_wrapper_id = w.id and (
                    l.kms_key_id = $1 or l.kms_key_id in (
                        select s.kms_key_id from kw.kem_private_keys s where s.sealed_by_key_id = $1
                    )
                )
            ) as is_layered,
            $1 in (w.kms1_key_id, w.kms2_key_id) as is_leg
        from latest w
    )
    select
        count(*) filter (where u.is_either and not u.is_layered and u.is_leg) as either,
        count(*) filter (where u.is_layered or u.is_leg and not u.is_either) as needed,
        count(*) = {COUNTED} as is_part
    from used u
    """,
    ("int8",),
)


class KmsKey(NamedTuple):
    """A row of kms_keys with its provider."""

    id: int
    key_uuid: UUID
    reference: str
    external_id: str | None
    purpose: str
    status: str
    provider: str
    kind: str
    is_enabled: bool
    algorithm: str | None
    public_key: bytes | None

    @classmethod
    def of(cls, row: dict[str, Any]) -> "KmsKey":
        """Take it from a result row."""
        return cls(**{**row, "key_uuid": UUID(row["key_uuid"])})

    @property
    def label(self) -> str:
        """How messages name it."""
        return usability.label(self.id, self.reference, self.provider)

    @property
    def is_branch(self) -> bool:
        """Whether it is the DEK of a wrapper."""
        return self.kind == "wrapper" and not self.is_kem

    @property
    def is_kem(self) -> bool:
        """Whether it seals layers; else it wraps legs."""
        return self.public_key is not None

    @property
    def is_signing(self) -> bool:
        """Whether its KMS signs with it; else it wraps."""
        return self.purpose == usability.SIGN

    @property
    def name(self) -> KeyName:
        """What its provider knows it by."""
        return KeyName(self.reference, self.external_id)

    def check_opens(self) -> None:
        """Raise ``KeyUnavailable`` unless its status and its provider's let it open."""
        self._refuse(usability.obstacle_to_open(self))

    def check_wraps(self) -> None:
        """Raise ``KeyUnavailable`` unless it may wrap."""
        self._refuse(usability.obstacle_to_wrap(self))

    def check_signs(self) -> None:
        """Raise ``KeyUnavailable`` unless its KMS may sign with it."""
        self._refuse(usability.obstacle_to_sign(self))

    def check_makes(self) -> None:
        """Raise ``KeyUnavailable`` unless it may do what it is for: wrap, or sign."""
        if self.is_signing:
            self.check_signs()
        else:
            self.check_wraps()

    def _refuse(self, obstacle: usability.Obstacle | None) -> None:
        if obstacle is None:
            return
        hint = None
        if obstacle.what == "provider":
            hint = f"Enable it with kw.set_provider_enabled({literal(self.provider)}, true)."
        elif obstacle.what == "status":
            hint = f"Enable it with kw.set_kms_key_status({self.id}, 'active')."
        raise KeyUnavailable(obstacle.message, hint=hint)

    def check_wraps_legs(self) -> None:
        """Raise ``KeyUnavailable`` unless it may wrap a leg."""
        if self.is_kem:
            raise KeyUnavailable(
                f"{self.label} is a KEM key, which cannot wrap a leg",
                hint="Use it for the layers of a policy.",
            )
        self.check_wraps()
