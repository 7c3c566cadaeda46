"""The name of an entity, split into schema and table as kwtools reads it."""

import re

QUOTED = r'"(?:[^"]|"")+"'
_BARE = r'[^".][^.]*'
# A text: ``re`` compiles it when it is first used, for a name with quotes.
_NAME = rf"(?s:(?:({QUOTED}|{_BARE})\.)?({QUOTED}|{_BARE}))"


def quoted_parts(given: str) -> tuple[str | None, str] | None:
    """Return schema (null where it is left out) and table of a name with quotes as in SQL.

    Null where the name has no quotes, or is not such a name: it is then taken as it is.
    """
    found = re.fullmatch(_NAME, given) if '"' in given else None
    if found is None:
        return None
    schema = None if found[1] is None else _unquoted(found[1])
    return schema, _unquoted(found[2])


def parts(given: str) -> tuple[str, str]:
    """Return schema and table of a name: in schema public where it is left out."""
    quoted = quoted_parts(given)
    if quoted is not None:
        return quoted[0] or "public", quoted[1]
    schema, dot, table = given.rpartition(".")
    return (schema if dot else "public"), table


def _unquoted(part: str) -> str:
    quoted = part[0] == '"' and part[-1] == '"' and len(part) > 1
    return part[1:-1].replace('""', '"') if quoted else part
