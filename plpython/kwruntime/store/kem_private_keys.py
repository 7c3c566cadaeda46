"""kw.kem_private_keys."""

from kwruntime.postgres.query import Query

ADD_PRIVATE_KEY = Query(
    "insert into kw.kem_private_keys (kms_key_id, sealed_by_key_id, sealed_key) values ($1, $2, $3)",
    ("int8", "int8", "bytea"),
)
PRIVATE_KEY = Query(
    "select sealed_by_key_id, sealed_key from kw.kem_private_keys where kms_key_id = $1", ("int8",)
)
