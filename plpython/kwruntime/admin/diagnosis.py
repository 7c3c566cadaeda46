"""What tells whether the system is well: versions, doctor. Runs as the owner."""

import json
import platform
from collections.abc import Callable
from functools import partial
from typing import Any

import cryptography
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.backends.openssl.backend import backend
from kwshared.algorithms import CATALOGUE

from kwruntime._version import VERSION  # written when it is installed
from kwruntime.admin import deployment_keys, health, restoring, sharing
from kwruntime.call import Call
from kwruntime.crypto import known_answers
from kwruntime.errors import KwError
from kwruntime.escapes import quoted
from kwruntime.fields import respelling
from kwruntime.keys import keyring
from kwruntime.kms.provider_file import Configuration
from kwruntime.kms.providers import KeyDescription, provider_for, signer_for
from kwruntime.postgres import messages
from kwruntime.postgres.query import Query, Row
from kwruntime.rules import dependents, independence, key_dependents
from kwruntime.store import crypto_algorithms, doctor_checks, kms_keys, kms_providers
from kwruntime.store.kms_keys import KmsKey
from kwruntime.views import checking

_MOST_NAMED = 3


def version(call: Call) -> str:
    """Return the versions of what is running, as JSON."""
    rows = call.execute(doctor_checks.EXTENSION_VERSION)
    return json.dumps(
        {
            "extension": rows[0]["version"],
            "runtime": VERSION,
            "python": platform.python_version(),
            "cryptography": cryptography.__version__,
            "openssl": backend.openssl_version_text(),
        }
    )


# -- doctor -----------------------------------------------------------------------------------


def doctor(call: Call) -> list[dict[str, Any]]:
    """Check the server's side; a row for every check, and a check that fails to run has failed."""
    checks: list[tuple[str, Callable[[Call], list[dict[str, Any]]]]] = [
        ("versions", _versions_agree),
        ("providers file", _providers_file),
        ("keys", _keys),
        ("keystores", _keystores),
        ("independent keys", _independence),
        ("modes", _modes),
        *(
            (f"query {n}", partial(_rows_of, query))
            for n, query in enumerate(doctor_checks.DOCTOR, 1)
        ),
        ("keys' spelling", respelling.problems),
        ("protected views", checking.problems),
        ("deployment", deployment_keys.doctor),
        ("restore", restoring.doctor),
    ]
    found: list[dict[str, Any]] = []
    for name, check in checks:
        rows = messages.attempt(partial(check, call), with_queries=True)
        found += [_failed(name, rows)] if isinstance(rows, KwError) else rows
    return found


def _rows_of(query: Query, call: Call) -> list[dict[str, Any]]:
    return call.execute(query)


def _providers_file(call: Call) -> list[dict[str, Any]]:
    configuration = call.session.of(Configuration)
    path = configuration.providers_file()
    configuration.load(path)
    return [_row("providers file", detail=path)]


def _modes(call: Call) -> list[dict[str, Any]]:
    """A row for each kind of wrappers whose keys do not keep the promise of their mode."""
    hint = "Move the wrappers to independent keys with kw.rewrap. Wraps in flight while a branch "
    "changed can cause this."
    return [
        _row("modes", ok=False, detail=kind, hint=hint) for kind in dependents.broken_promises(call)
    ]


def _versions_agree(call: Call) -> list[dict[str, Any]]:
    installed = call.execute(doctor_checks.EXTENSION_VERSION)[0]["version"]
    if installed == VERSION:
        return [_row("versions", detail=f"extension and runtime {VERSION}")]
    return [
        _row(
            "versions",
            ok=False,
            detail=f"extension {installed}, runtime {VERSION}",
            hint="Run ALTER EXTENSION kwtools UPDATE, or reconnect.",
        )
    ]


def _keys(call: Call) -> list[dict[str, Any]]:
    """What is registered is what the KMS has, and what may wrap wraps and opens."""
    problems: dict[int, dict[str, Any]] = {}
    known = [keyring.key(call, row["id"]) for row in call.execute(kms_keys.ALL_KEYS)]
    for probed in health.probes(call, health.active_keys(call)):
        if probed.error is not None and probed.status == health.DEGRADED:  # it seals
            name = f"key {probed.key.id}"
            problems[probed.key.id] = _row(
                name, detail=f"{probed.key.label}: {probed.error.message}"
            )
        elif probed.error is not None:
            problems[probed.key.id] = _failed(f"key {probed.key.id}", probed.error)
    rows = []
    materials: dict[str, KmsKey] = {}
    for kms_key in known:
        problem = problems.get(kms_key.id)
        if problem is None and not kms_key.is_branch and not kms_key.is_kem:
            problem = _compared(call, kms_key, materials)
        rows.append(problem or _row(f"key {kms_key.id}", detail=kms_key.label))
    return rows


def _compared(call: Call, kms_key: KmsKey, materials: dict[str, KmsKey]) -> dict[str, Any] | None:
    """Return what there is to say of a key as its KMS has it; null where it is as registered.

    ``materials`` has the keys that were looked at before, by what tells their bytes.
    """
    name = f"key {kms_key.id}"

    def look() -> tuple[KeyDescription, bool]:
        if kms_key.is_signing:
            signer = signer_for(call.session, kms_key.provider, kms_key.kind)
            held = signer.registered(kms_key.name)
            return held, held.external_id == kms_key.external_id
        provider = provider_for(call.session, kms_key.provider, kms_key.kind)
        found = provider.describe(kms_key.reference)
        return found, provider.is_same(kms_key.external_id, found.external_id)

    looked = messages.attempt(look)
    if isinstance(looked, KwError):
        return _not_needed(call, kms_key, looked) or _failed(name, looked)
    held, is_same = looked
    if not is_same:
        return _row(
            name,
            ok=False,
            detail=f"{kms_key.label} is {held.external_id}, registered as {kms_key.external_id}",
            hint="The key was exchanged. Restore the right one from a backup.",
        )
    twin = materials.setdefault(held.material, kms_key) if held.material else kms_key
    if independence.of(call, twin) != independence.of(call, kms_key):
        return _row(
            name,
            ok=False,
            detail=f"{kms_key.label} is the same key as {twin.label} under another id",
            hint="They count as independent keys but are not. Rewrap what is under one of them, or "
            "use kw.declare_shared_root for their providers.",
        )
    if not held.is_checked:
        return _row(
            name,
            detail=f"{kms_key.label}: its key file is of an earlier release and has no check value",
            hint="Run kw.verify(), then kwtools keys convert.",
        )
    return None


def _not_needed(call: Call, kms_key: KmsKey, error: KwError) -> dict[str, Any] | None:
    """Return the row of a key that its KMS does not give, if nothing needs it: it may be gone."""
    if kms_key.status == "active":
        return None
    if any(one.needs_key for one in key_dependents.find(call, [kms_key.id]).dependents):
        return None
    is_closed = kms_key.status == "disabled"
    return _row(
        f"key {kms_key.id}",
        ok=is_closed,
        detail=f"{error.message}. It is {kms_key.status}, and nothing depends on it",
        hint=None
        if is_closed
        else "If it was destroyed on purpose, use "
        f"kw.set_kms_key_status({kms_key.id}, 'disabled'). Else restore it from a backup.",
    )


def _independence(call: Call) -> list[dict[str, Any]]:
    name = "independent keys"
    if not sharing.has_two_keys(call):
        if call.execute(kms_keys.ALL_KEYS):
            return [_row(name, detail="no policy has two keys to compare")]
        return [_row(name, detail="no keys exist yet", hint="Run kwtools init.")]
    rows = [_row(name, ok=False, detail=what, hint=hint) for what, hint in sharing.problems(call)]
    rows += [_row(name, detail=what, hint=hint) for what, hint in sharing.advice(call)]
    return rows or [_row(name, detail="by what their KMSs report and what was declared")]


def _keystores(call: Call) -> list[dict[str, Any]]:
    """Name what killed writers left in keystores, and what is wrong with providers without keys."""
    rows = []
    for row in call.execute(kms_providers.ENABLED_PROVIDERS):
        name = f"provider {row['name']}"
        if not row["has_keys"]:  # else its keys tell
            problem = _problem_of_entry(call, row)
            if problem is not None:
                rows.append(_row(name, ok=False, detail=problem[0], hint=problem[1]))
                continue
        left = messages.attempt(partial(_leftovers, call, row))
        if not isinstance(left, KwError) and left:
            named = quoted(left[:_MOST_NAMED])
            rows.append(
                _row(
                    name,
                    ok=False,
                    detail=f"its keystore has {len(left)} hidden files, which may hold keys: "
                    f"{named}{', …' if len(left) > _MOST_NAMED else ''}",
                    hint="Run kwtools keys list, then kwtools keys clean.",
                )
            )
    return rows


def _problem_of_entry(call: Call, row: Row) -> tuple[str, str | None] | None:
    """Return what is wrong with a provider's entry and the files that it names, and the remedy."""
    from kwruntime.kms.providers import inspect  # most providers have keys

    def look() -> dict[str, Any]:
        entry = call.session.of(Configuration).provider_entry(row["name"], row["kind"])
        return inspect.checked(row["name"], entry, reach=False)

    looked = messages.attempt(look)
    if isinstance(looked, KwError):
        return looked.message, looked.hint
    return (looked["problem"], looked["hint"]) if looked["problem"] else None


def _leftovers(call: Call, row: Row) -> list[str]:
    return provider_for(call.session, row["name"], row["kind"]).leftovers()


def _row(check: str, *, ok: bool = True, detail: str, hint: str | None = None) -> dict[str, Any]:
    return {"check": check, "ok": ok, "detail": detail, "hint": hint}


def _failed(check: str, error: KwError) -> dict[str, Any]:
    return _row(check, ok=False, detail=error.message, hint=error.hint)


def check_algorithms(call: Call) -> list[dict[str, Any]]:
    """Run a known-answer test of each algorithm of the catalogue."""
    rows = call.execute(crypto_algorithms.ALGORITHMS)
    return [{**row, **_tested(row["class"], row["name"])} for row in rows]


def _tested(kind: str, name: str) -> dict[str, Any]:
    if not any((one.kind, one.name) == (kind, name) for one in CATALOGUE):
        return {"ok": False, "detail": "this version does not have it"}
    try:
        passed = known_answers.passes(name)
    except (ValueError, UnsupportedAlgorithm, KwError, InvalidSignature) as error:
        return {"ok": False, "detail": f"the known-answer test failed: {type(error).__name__}"}
    return {
        "ok": passed,
        "detail": "known answer" if passed else "the result differs from the known answer",
    }
