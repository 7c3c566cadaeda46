"""One function for each SQL function: take the arguments, do it as the owner.

Each is called by the body of the SQL function of its name. Docstrings stand in the COMMENTs of
the SQL functions. Most sessions read and write values only, so the rest is imported when it is
first called.
"""

from functools import cache
from importlib import import_module
from typing import Any

from kwruntime.api.owner_switch import (
    pending_text,
    run_pending,
    run_pending_reading,
    run_pending_writing,
)
from kwruntime.api.values import (
    decrypt,
    decrypt_many,
    decrypt_text,
    decrypt_text_many,
    describe,
    describe_many,
    encrypt,
    encrypt_many,
    encrypt_text,
    encrypt_text_many,
    reencrypt,
    reencrypt_many,
    try_decrypt,
    try_decrypt_many,
    try_decrypt_text,
    try_decrypt_text_many,
)

_LATER = {
    **dict.fromkeys(
        (
            "bind",
            "bind_many",
            "lookup",
            "lookup_many",
            "rotate",
            "rebind",
            "shred",
            "shred_many",
            "grant_field",
            "revoke_field",
            "list_grants",
            "confirm_grants",
        ),
        "bindings",
    ),
    **dict.fromkeys(
        (
            "create_index_key",
            "blind_index",
            "blind_index_many",
            "rotate_index_key",
            "finish_index_rotation",
            "cancel_index_rotation",
            "shred_index_key",
        ),
        "blind_indexes",
    ),
    **dict.fromkeys(("keep_reads",), "reads"),
    **dict.fromkeys(
        (
            "set_protected_field",
            "create_protected_view",
            "drop_protected_view",
            "remake_protected_view",
            "upsert_protected",
            "begin_view",
            "collect_row",
            "write_rows",
            "end_view",
        ),
        "views",
    ),
    **dict.fromkeys(("field_generations", "retire_generations"), "generations"),
    **dict.fromkeys(("takeover_many", "check_takeover"), "takeovers"),
    **dict.fromkeys(
        (
            "set_wrapper_status",
            "rewrap",
            "rewrap_many",
            "relayer",
            "relayer_many",
            "verify",
            "verify_page",
            "wrap",
            "wrap_many",
            "export_wrapper_many",
            "import_wrapper",
            "import_wrapper_many",
            "give_wrappers",
            "unwrap",
            "unwrap_many",
        ),
        "wrappers",
    ),
    **dict.fromkeys(("export_values", "import_values", "sign_move", "accept_move"), "moves"),
    **dict.fromkeys(
        (
            "schedule_rewrap",
            "schedule_rotate",
            "schedule_due_rewraps",
            "plan_rewrap",
            "claim_rewrap_jobs",
            "run_rewrap_jobs",
            "retry_rewrap_jobs",
            "cancel_rewrap_jobs",
            "set_policy_renewal",
        ),
        "queue",
    ),
    **dict.fromkeys(
        (
            "add_provider",
            "set_provider_enabled",
            "declare_shared_root",
            "undeclare_shared_root",
            "add_kms_key",
            "create_kms_key",
            "set_kms_key_status",
            "create_policy",
            "set_policy_layers",
            "set_algorithm_status",
            "create_kem_key",
            "add_kem_key",
            "add_policy_key",
            "bind_policy",
            "set_floor",
            "set_read_audit",
            "set_setting",
            "reclaim_entity",
            "entities_to_reclaim",
            "reclaim_entities",
        ),
        "administration",
    ),
    **dict.fromkeys(
        (
            "create_signing_key",
            "import_signing_key",
            "set_signing_key_status",
            "sign",
            "sign_many",
            "verify_signature",
            "verify_signature_many",
        ),
        "signing",
    ),
    **dict.fromkeys(
        (
            "create_deployment",
            "seal_rows",
            "seal_deployment",
            "replace_deployment_key",
            "reseal_rows",
            "acknowledge_restore",
            "accept_rows",
            "check_seals",
        ),
        "deployments",
    ),
    **dict.fromkeys(
        (
            "create_log",
            "set_log_keys",
            "append_audit",
            "append_state",
            "accept_state",
            "check_state",
            "sign_checkpoint",
            "audit_proof",
            "audit_receipt",
            "add_witness",
            "remove_witness",
            "add_cosignatures",
        ),
        "logs",
    ),
    **dict.fromkeys(
        (
            "plan_protection",
            "protect_expand",
            "fill_tokens",
            "protect_backfill",
            "protect_verify",
            "protect_cut_over",
            "protect_contract",
            "protect_undo",
            "follow_columns",
            "protection_status",
        ),
        "protection",
    ),
    **dict.fromkeys(
        ("record_safe_to_destroy", "record_destroyed_key", "record_verify"),
        "recording",
    ),
    **dict.fromkeys(
        (
            "check_kms",
            "check_algorithms",
            "check_restore",
            "doctor",
            "key_dependents",
            "safe_to_destroy",
            "version",
            "sessions_on_older_runtimes",
        ),
        "system",
    ),
}
"""Functions that are imported when they are called, and the module of each."""

__all__ = [
    "decrypt",
    "decrypt_many",
    "decrypt_text",
    "decrypt_text_many",
    "describe",
    "describe_many",
    "encrypt",
    "encrypt_many",
    "encrypt_text",
    "encrypt_text_many",
    "pending_text",
    "reencrypt",
    "reencrypt_many",
    "run_pending",
    "run_pending_reading",
    "run_pending_writing",
    "try_decrypt",
    "try_decrypt_many",
    "try_decrypt_text",
    "try_decrypt_text_many",
]


@cache  # a trigger of each row comes here
def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f'kwruntime.api has no function "{name}"')
    return getattr(import_module(f"kwruntime.api.{_LATER[name]}"), name)
