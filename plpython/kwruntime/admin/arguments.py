"""Checks of what administrators ask for."""

from kwshared.algorithms import KEMS, SIGNATURES, Kem, Signature, name_of

from kwruntime.errors import BadArgument

_MAX_REFERENCE = 512


def kem_named(algorithm: str) -> Kem:
    """Return the KEM of a name, of any case or another that it has; raises ``BadArgument``."""
    name = name_of(algorithm)
    if name is None:
        raise no_algorithm(algorithm)
    if name not in KEMS:
        raise BadArgument(f'"{name}" is not a KEM', hint=f"Use one of {', '.join(KEMS)}.")
    return KEMS[name]


def no_algorithm(name: str) -> BadArgument:
    """Return the error for a name that no algorithm has."""
    return BadArgument(
        f'algorithm "{name}" does not exist', hint="Choose one of kw.crypto_algorithms."
    )


def check_reference(reference: str) -> None:
    if not 0 < len(reference) <= _MAX_REFERENCE:
        raise BadArgument(f"a key name requires 1 to {_MAX_REFERENCE} characters")


def check_kem_purpose(purpose: str | None) -> None:
    if purpose not in ("wrap", "both"):
        raise BadArgument(f'the purpose of a KEM key is wrap, not "{purpose}"')


def one_of(value: str, allowed: tuple[str, ...], what: str) -> None:
    if value not in allowed:
        raise BadArgument(f'{what} {", ".join(allowed)}, not "{value}"')


def signature_named(algorithm: str) -> Signature:
    """Return a signature algorithm of the catalogue; raises ``BadArgument``."""
    name = name_of(algorithm)
    if name is None:
        raise no_algorithm(algorithm)
    if name not in SIGNATURES:
        raise BadArgument(
            f'"{name}" is not a signature algorithm', hint=f"Use one of {', '.join(SIGNATURES)}."
        )
    return SIGNATURES[name]
