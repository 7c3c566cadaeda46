"""Values encrypted and decrypted."""

from collections.abc import Sequence
from typing import Any

from kwruntime.api.arguments import (
    Key,
    Keys,
    check_keys_there,
    checked_keys,
    entity_of,
    flat,
    keys_for,
)
from kwruntime.call import Call, entry
from kwruntime.errors import BadArgument, DecryptionFailed
from kwruntime.fields import decryption, encryption, names, reads, text, usage, warm

MAX_VALUE_BYTES = 500_000_000  # a larger value can be stored, but no longer dumped


@entry
def encrypt(
    call: Call,
    entity_table: str | None,
    entity_pk: Key,
    field_name: str | None,
    plaintext: bytes | None,
) -> bytes | None:
    return _encrypt_one(call, entity_table, entity_pk, field_name, plaintext)


@entry
def encrypt_text(
    call: Call,
    entity_table: str | None,
    entity_pk: Key,
    field_name: str | None,
    plaintext: str | None,
) -> bytes | None:
    value = None if plaintext is None else plaintext.encode()
    return _encrypt_one(call, entity_table, entity_pk, field_name, value)


@entry
def encrypt_many(
    call: Call,
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    plaintexts: list[bytes | None] | None,
) -> list[bytes | None] | None:
    if plaintexts is None:
        return None
    return _encrypt(call, entity_table, keys_for(entity_pks, plaintexts), field_name, plaintexts)


@entry
def encrypt_text_many(
    call: Call,
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    plaintexts: list[str | None] | None,
) -> list[bytes | None] | None:
    if plaintexts is None:
        return None
    pks = keys_for(entity_pks, plaintexts)
    values = [None if plain is None else plain.encode() for plain in plaintexts]
    return _encrypt(call, entity_table, pks, field_name, values)


def _encrypt_one(
    call: Call,
    entity_table: str | None,
    entity_pk: Key,
    field_name: str | None,
    value: bytes | None,
) -> bytes | None:
    if value is not None and len(value) <= MAX_VALUE_BYTES:
        sealed = warm.encrypt(call, entity_table, entity_pk, field_name, value)
        if sealed is not None:
            return sealed
    return _encrypt(call, entity_table, [entity_pk], field_name, [value], given=entity_table)[0]


def _encrypt(
    call: Call,
    entity_table: str | None,
    entity_pks: Sequence[Key],
    field_name: str | None,
    values: Sequence[bytes | None],
    *,
    given: str | None = None,
) -> list[bytes | None]:
    entity, field = entity_of(call, entity_table), names.field(field_name)
    pks = checked_keys(entity_pks)
    check_keys_there(pks, values)
    if any(value is not None and len(value) > MAX_VALUE_BYTES for value in values):
        raise BadArgument(
            f"value is larger than {MAX_VALUE_BYTES // 1_000_000} MB",
            hint="Encrypt it in parts, each as a separate value.",
        )
    sealed = call.read_as_owner(
        lambda: encryption.encrypt(call, entity, field, pks, values, given=given)
    )
    usage.count(call)
    return sealed


@entry
def decrypt(
    call: Call,
    entity_table: str | None,
    entity_pk: Key,
    field_name: str | None,
    ciphertext: bytes | None,
) -> bytes | None:
    return _decrypt_one(call, entity_table, entity_pk, field_name, ciphertext)


@entry
def decrypt_text(
    call: Call,
    entity_table: str | None,
    entity_pk: Key,
    field_name: str | None,
    ciphertext: bytes | None,
) -> str | None:
    value = _decrypt_one(call, entity_table, entity_pk, field_name, ciphertext)
    return _text(call, value, entity_table, field_name)


@entry
def decrypt_many(
    call: Call,
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    ciphertexts: list[bytes | None] | None,
) -> list[bytes | None] | None:
    if ciphertexts is None:
        return None
    return _decrypt(call, entity_table, keys_for(entity_pks, ciphertexts), field_name, ciphertexts)


@entry
def decrypt_text_many(
    call: Call,
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    ciphertexts: list[bytes | None] | None,
) -> list[str | None] | None:
    if ciphertexts is None:
        return None
    values = _decrypt(
        call, entity_table, keys_for(entity_pks, ciphertexts), field_name, ciphertexts
    )
    return [_text(call, value, entity_table, field_name) for value in values]


def _decrypt_one(
    call: Call,
    entity_table: str | None,
    entity_pk: Key,
    field_name: str | None,
    value: bytes | None,
    *,
    or_null: bool = False,
) -> bytes | None:
    opened = warm.decrypt(call, entity_table, entity_pk, field_name, value)
    if opened is not None:
        return opened
    return _decrypt(
        call, entity_table, [entity_pk], field_name, [value], or_null=or_null, given=entity_table
    )[0]


def _decrypt(
    call: Call,
    entity_table: str | None,
    entity_pks: Sequence[Key],
    field_name: str | None,
    values: Sequence[bytes | None],
    *,
    or_null: bool = False,
    given: str | None = None,
) -> list[bytes | None]:
    entity, field = entity_of(call, entity_table), names.field(field_name)
    pks = checked_keys(entity_pks)
    check_keys_there(pks, values)

    def work() -> list[bytes | None]:
        return decryption.decrypt(call, entity, field, pks, values, or_null=or_null, given=given)

    return reads.opening(call, entity.name, field, values, work)


def _text(
    call: Call, value: bytes | None, entity_table: str | None, field_name: str | None
) -> str | None:
    if value is None:
        return None
    try:
        return text.from_bytes(call, value)
    except UnicodeError:
        place = names.cell(names.entity(entity_table).name, None, field_name)
        raise DecryptionFailed(
            f"could not decrypt {place} as text",
            hint="The value is not valid text in the encoding of this database. Use kw.decrypt.",
        ) from None


@entry
def try_decrypt(
    call: Call,
    entity_table: str | None,
    entity_pk: Key,
    field_name: str | None,
    ciphertext: bytes | None,
) -> bytes | None:
    return _decrypt_one(call, entity_table, entity_pk, field_name, ciphertext, or_null=True)


@entry
def try_decrypt_text(
    call: Call,
    entity_table: str | None,
    entity_pk: Key,
    field_name: str | None,
    ciphertext: bytes | None,
) -> str | None:
    value = _decrypt_one(call, entity_table, entity_pk, field_name, ciphertext, or_null=True)
    return _text_or_null(call, value)


@entry
def try_decrypt_many(
    call: Call,
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    ciphertexts: list[bytes | None] | None,
) -> list[bytes | None] | None:
    if ciphertexts is None:
        return None
    pks = keys_for(entity_pks, ciphertexts)
    return _decrypt(call, entity_table, pks, field_name, ciphertexts, or_null=True)


@entry
def try_decrypt_text_many(
    call: Call,
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    ciphertexts: list[bytes | None] | None,
) -> list[str | None] | None:
    if ciphertexts is None:
        return None
    pks = keys_for(entity_pks, ciphertexts)
    values = _decrypt(call, entity_table, pks, field_name, ciphertexts, or_null=True)
    return [_text_or_null(call, value) for value in values]


def _text_or_null(call: Call, value: bytes | None) -> str | None:
    try:
        return None if value is None else text.from_bytes(call, value)
    except UnicodeError:
        return None


@entry
def describe(call: Call, ciphertext: bytes | None) -> dict[str, Any] | None:
    if ciphertext is None:
        return None
    from kwruntime.fields import descriptions  # few sessions describe a ciphertext

    return call.read_as_owner(lambda: descriptions.describe(call, [ciphertext]))[0]


@entry
def describe_many(
    call: Call, ciphertexts: list[bytes | None] | None
) -> Sequence[dict[str, Any] | None]:
    if ciphertexts is None:
        return []
    from kwruntime.fields import descriptions  # few sessions describe a ciphertext

    given = flat(ciphertexts, "ciphertexts")
    found = call.read_as_owner(lambda: descriptions.describe(call, given))
    return [descriptions.NOTHING if one is None else one for one in found]


@entry
def reencrypt(
    call: Call,
    entity_table: str | None,
    entity_pk: Key,
    field_name: str | None,
    ciphertext: bytes | None,
    to_entity_pk: str | None,
    to_field_name: str | None,
) -> bytes | None:
    to_pk = entity_pk if to_entity_pk is None else to_entity_pk
    return _reencrypt(
        call, entity_table, [entity_pk], field_name, [ciphertext], [to_pk], to_field_name
    )[0]


@entry
def reencrypt_many(
    call: Call,
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    ciphertexts: list[bytes | None] | None,
    to_entity_pks: Keys,
    to_field_name: str | None,
) -> list[bytes | None] | None:
    if ciphertexts is None:
        return None
    pks = keys_for(entity_pks, ciphertexts)
    to_pks = pks if to_entity_pks is None else keys_for(to_entity_pks, ciphertexts)
    return _reencrypt(call, entity_table, pks, field_name, ciphertexts, to_pks, to_field_name)


def _reencrypt(
    call: Call,
    entity_table: str | None,
    entity_pks: Sequence[Key],
    field_name: str | None,
    values: Sequence[bytes | None],
    to_entity_pks: Sequence[Key],
    to_field_name: str | None,
) -> list[bytes | None]:
    entity, field = entity_of(call, entity_table), names.field(field_name)
    to_field = field if to_field_name is None else names.field(to_field_name)
    pks, to_pks = checked_keys(entity_pks), checked_keys(to_entity_pks)
    check_keys_there(pks, values)
    check_keys_there(to_pks, values)

    def work() -> list[bytes | None]:
        plain = decryption.decrypt(call, entity, field, pks, values)
        return encryption.encrypt(call, entity, to_field, to_pks, plain)

    sealed = reads.opening(call, entity.name, field, values, work)
    usage.count(call)
    return sealed
