"""``kwtools inventory``."""

import argparse
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import IsolationLevel
from psycopg.rows import dict_row

from kwtools.commands._parser import Subparsers, add_dsn, file
from kwtools.commands._session import connected
from kwtools.connections import transaction
from kwtools.errors import BadUsage
from kwtools.output import print_rows, say, tell
from kwtools.personal_data.guesses import read as read_guesses

_COLUMNS = (
    "table", "field", "class", "format", "cipher", "mode", "suites", "kms keys", "layers", "level",
    "wrappers", "active", "earlier", "bindings",
)  # fmt: skip
_GUESS_COLUMNS = ("table", "column", "type", "looks like", "why", "command")
_INVENTORY = """
select *
from kw.crypto_inventory
order by
    entity_table, field_name nulls first, dek_class, format, field_cipher, mode, leg_suites,
    kms_key_ids, layers, layer_key_ids
"""
_SIGNING_COLUMNS = (
    "key", "name", "scope", "algorithm", "origin", "kms key", "level", "status", "activated",
    "retired", "compromised",
)  # fmt: skip
_SIGNING_KEYS = """
select i.*, s.created_at
from kw.signing_inventory i
join kw.signing_keys s on s.id = i.signing_key_id
order by i.signing_key_id
"""
_CATALOGUE = """
select name, nist_level, coalesce(params -> 'aliases', '[]') as aliases
from kw.crypto_algorithms
order by id
"""
_KEYS = """
select
    k.id, k.key_uuid::text, k.external_key_ref, k.algorithm, k.purpose, k.status, k.created_at,
    p.name as provider, p.provider as kind, coalesce(d.ids, '{}') as depends_on
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id
left join (
    select kms_key_id, array_agg(distinct depends_on_id) as ids
    from kw.key_dependencies
    group by kms_key_id
) d on d.kms_key_id = k.id
order by k.id
"""
_DATABASE = """
select current_database() as name, e.extversion as version
from pg_catalog.pg_extension e
where e.extname = 'kwtools'
"""

Row = dict[str, Any]


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "inventory",
        help="show which algorithms and keys protect every field, or write a CBOM",
        description="Shows kw.crypto_inventory: for every protected field how its data keys are"
        " wrapped, and the NIST post-quantum category that their layers promise, or those of the"
        " branches that they depend on. With --cbom it writes the same as a cryptography bill of"
        " materials, CycloneDX 1.6. Run it as a superuser, kw_admin or kw_auditor. It reads every"
        " wrapper.",
    )
    add_dsn(parser)
    parser.add_argument(
        "--signing-keys", action="store_true",
        help="show kw.signing_inventory instead: every signing key",
    )  # fmt: skip
    parser.add_argument(
        "--unprotected", action="store_true",
        help="show instead which columns look like personal data and are not protected: a guess",
    )  # fmt: skip
    parser.add_argument(
        "--not-post-quantum", action="store_true",
        help="only rows that nothing protects against a quantum computer",
    )  # fmt: skip
    parser.add_argument(
        "--algorithm", metavar="NAME",
        help="only rows that depend on this algorithm, by any name that kw.crypto_algorithms has "
        "for"
        " it or that a KMS gives its keys",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.add_argument(
        "--cbom", type=file, metavar="FILE",
        help="write everything to FILE, as CycloneDX JSON, and print the counts",
    )  # fmt: skip
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    of_fields = options.not_post_quantum, options.algorithm, options.signing_keys
    if options.unprotected and any((*of_fields, options.cbom)):
        raise BadUsage("--unprotected can be combined with --json only")
    if options.unprotected:
        return _guess(options)
    if options.cbom and any((*of_fields, options.json)):
        raise BadUsage(
            "--cbom cannot be combined with another option: it writes the whole inventory"
        )
    with (
        connected(options.dsn, "inventory") as connection,
        transaction(connection, isolation=IsolationLevel.REPEATABLE_READ),
        connection.cursor(row_factory=dict_row) as cursor,
    ):
        rows = cursor.execute(_INVENTORY).fetchall()
        catalogue = cursor.execute(_CATALOGUE).fetchall()
        keys = cursor.execute(_KEYS).fetchall()
        signing = cursor.execute(_SIGNING_KEYS).fetchall()
        database = cursor.execute(_DATABASE).fetchone()
    if options.cbom:
        from kwtools import cbom  # takes its time to load

        assert database is not None
        text = cbom.document(database, rows, keys, signing, catalogue)
        cbom.write(options.cbom, text)
        say(
            f"{options.cbom}: {len(rows)} rows of the inventory, {len(keys)} KMS keys, "
            f"{len(signing)} signing keys"
        )
        return 0
    if options.signing_keys:
        rows = [
            {name: _json(value) for name, value in row.items() if name != "created_at"}
            for row in signing
        ]
    if options.not_post_quantum:
        rows = [row for row in rows if not row["is_post_quantum"]]
    if options.algorithm:
        known = {str(key["algorithm"]) for key in keys}.union(*(row["algorithms"] for row in rows))
        names = _names(options.algorithm, catalogue, known)
        rows = [row for row in rows if any(name.lower() in names for name in row["algorithms"])]
    if options.json:
        columns = list(rows[0]) if rows else []
        print_rows(columns, [list(row.values()) for row in rows], as_json=True)
    elif options.signing_keys:
        print_rows(_SIGNING_COLUMNS, [_shown_signing_key(row) for row in rows])
    else:
        print_rows(_COLUMNS, [_shown(row) for row in rows])
    return 0


def _guess(options: argparse.Namespace) -> int:
    """Show the columns that look like personal data, and say what decided."""
    with connected(options.dsn, "inventory") as connection, transaction(connection):
        guesses = read_guesses(connection)
    rows = [
        (one.table, one.column, one.type, one.kind, "; ".join(one.reasons), one.command)
        for one in guesses.found
    ]
    print_rows(_GUESS_COLUMNS, rows, as_json=options.json)
    tell("this is a guess by names and types, and by statistics where the role may read them")
    if guesses.not_permitted:
        tell(
            f"the statistics of {guesses.not_permitted} columns were not looked at: the role may"
            " not read these columns"
        )
    if guesses.is_cut:
        tell(f"only the first {guesses.columns} columns were looked at")
    return 0


def _names(wanted: str, catalogue: Sequence[Row], known: set[str]) -> set[str]:
    """Return every name of an algorithm, in lower case."""
    for row in catalogue:
        names = {name.lower() for name in (row["name"], *row["aliases"])}
        if wanted.lower() in names:
            return names
    if wanted.lower() not in {name.lower() for name in known}:
        every = sorted({row["name"] for row in catalogue} | known)
        raise BadUsage(f'algorithm "{wanted}" does not exist', f"Use one of {', '.join(every)}.")
    return {wanted.lower()}


def _shown(row: Row) -> list[object]:
    level = row["nist_level"]
    return [
        row["entity_table"],
        row["field_name"] or (row["entity_table"] and "(row)"),
        row["dek_class"],
        row["format"],
        row["field_cipher"],
        row["mode"],
        ", ".join(dict.fromkeys(row["leg_suites"])),
        _keys(row["kms_key_ids"], row["kms_algorithms"]),
        _keys(row["layer_key_ids"], row["layers"]),
        "classical" if level is None else level,
        row["wrappers"],
        row["active_wrappers"],
        row["earlier_wrappers"],
        row["bindings"],
    ]


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _shown_signing_key(row: Row) -> list[object]:
    level = row["nist_level"]
    return [
        row["signing_key_id"],
        row["name"],
        row["scope"],
        row["algorithm"],
        row["origin"],
        row["kms_key_id"],
        "classical" if level is None else level,
        row["status"],
        row["activated_at"],
        row["retired_at"],
        row["compromised_at"],
    ]


def _keys(ids: Sequence[int], algorithms: Sequence[str | None]) -> str:
    pairs = zip(ids, algorithms, strict=True)
    return ", ".join(f"{key} {algorithm or '?'}" for key, algorithm in pairs)
