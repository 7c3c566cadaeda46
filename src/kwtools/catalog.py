"""What a release's catalog is, as a list made when it was released, and what a database differs in.

``kwtools.release`` writes a list for a release by creating the extension on a throw-away server
(ADR 0024). Each major version of PostgreSQL prints some definitions in its own way: the list for
15 is whole, and the list for another one has only the objects that it shows in another way.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from kwtools import reprinting, sources
from kwtools.connections import Connection

Catalog = dict[str, dict[str, str]]
"""The attributes of each object, such as ``{"function kw.version()": {"owner": "kw_owner"}}``."""

_LONGEST = 100
_MODULE_PATH = re.compile(r"^folder = f'(.+)/\{version\}/cp", re.MULTILINE)

_IN_KW = "c.relnamespace = 'kw'::regnamespace"
_RELATION = """
    case c.relkind
        when 'r' then 'table' when 'v' then 'view' when 'S' then 'sequence'
        when 'c' then 'row type' else c.relkind::text
    end || ' ' || c.oid::regclass
"""
_COLUMN = "format('column %s.%I', c.oid::regclass, a.attname)"
_TYPES = (
    "t.typnamespace = 'kw'::regnamespace"
    " and (t.typtype in ('d', 'e') or t.typtype = 'b' and t.typcategory <> 'A')"
)
# Each gives an object, then pairs of attribute and value.
_QUERIES = """
select
    <relation>, 'owner', c.relowner::regrole::text, 'options', c.reloptions::text,
    'persistence', nullif(c.relpersistence::text, 'p'),
    'row security', nullif(c.relrowsecurity or c.relforcerowsecurity, false)::text,
    'member', <member of pg_class c>
from pg_class c where <in kw> and c.relkind not in ('i', 'I', 't');

select
    <column>, 'type', format_type(a.atttypid, a.atttypmod),
    'not null', nullif(a.attnotnull, false)::text,
    'identity', nullif(a.attidentity::text, ''), 'generated', nullif(a.attgenerated::text, ''),
    'collation', nullif(a.attcollation, 0)::regcollation::text,
    'default', pg_get_expr(b.adbin, b.adrelid)
from pg_attribute a
join pg_class c on c.oid = a.attrelid
left join pg_attrdef b on b.adrelid = a.attrelid and b.adnum = a.attnum
where
    <in kw> and c.relkind in ('r', 'v', 'c', 'p', 'm', 'f') and a.attnum > 0
    and not a.attisdropped;

select
    format('constraint %s.%I', n.conrelid::regclass, n.conname),
    'definition', pg_get_constraintdef(n.oid), 'valid', nullif(n.convalidated, true)::text
from pg_constraint n
where n.connamespace = 'kw'::regnamespace and n.conrelid <> 0 and n.contype not in ('n', 't');

select
    'index ' || c.oid::regclass, 'definition', pg_get_indexdef(c.oid),
    'valid', nullif(i.indisvalid and i.indisready and i.indislive, true)::text
from pg_index i join pg_class c on c.oid = i.indexrelid where <in kw>;

select
    format('trigger %s.%I', c.oid::regclass, g.tgname),
    'definition', pg_get_triggerdef(g.oid), 'enabled', g.tgenabled::text
from pg_trigger g join pg_class c on c.oid = g.tgrelid where <in kw> and not g.tgisinternal;

select
    format('rule %s.%I', c.oid::regclass, r.rulename),
    'definition', case
        when r.rulename = '_RETURN' then pg_get_viewdef(c.oid) else pg_get_ruledef(r.oid)
    end,
    'enabled', r.ev_enabled::text
from pg_rewrite r join pg_class c on c.oid = r.ev_class where <in kw>;

select format('policy %s.%I', c.oid::regclass, p.polname), 'command', p.polcmd::text
from pg_policy p join pg_class c on c.oid = p.polrelid where <in kw>;

select
    format('event trigger %I', v.evtname), 'event', v.evtevent,
    'function', v.evtfoid::regprocedure::text, 'enabled', v.evtenabled::text,
    'tags', v.evttags::text,
    'owner is a superuser', (select r.rolsuper::text from pg_roles r where r.oid = v.evtowner)
from pg_event_trigger v where <member of pg_event_trigger v>::boolean;

select
    'function ' || p.oid::regprocedure, 'owner', p.proowner::regrole::text,
    'body', p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), ''),
    'language', (select l.lanname::text from pg_language l where l.oid = p.prolang),
    'volatility', p.provolatile::text, 'parallel', p.proparallel::text,
    'security definer', nullif(p.prosecdef, false)::text,
    'strict', nullif(p.proisstrict, false)::text, 'settings', p.proconfig::text,
    'arguments', pg_get_function_arguments(p.oid), 'result', pg_get_function_result(p.oid),
    'kind', nullif(p.prokind::text, 'f'), 'leakproof', nullif(p.proleakproof, false)::text,
    'member', <member of pg_proc p>
from pg_proc p where p.pronamespace = 'kw'::regnamespace;

select
    'type ' || t.oid::regtype, 'owner', t.typowner::regrole::text,
    'over', nullif(t.typbasetype, 0)::regtype::text,
    'not null', nullif(t.typnotnull, false)::text, 'default', t.typdefault,
    'functions', case when t.typtype = 'b' then concat_ws(
        ', ', t.typinput, t.typoutput, t.typreceive, t.typsend, t.typanalyze, t.typsubscript
    ) end,
    'member', <member of pg_type t>
from pg_type t where <types>;

select
    format('constraint %s.%I', n.contypid::regtype, n.conname),
    'definition', pg_get_constraintdef(n.oid), 'valid', nullif(n.convalidated, true)::text
from pg_constraint n
where n.connamespace = 'kw'::regnamespace and n.contypid <> 0 and n.contype not in ('n', 't');

select
    format('cast of %s to %s', s.castsource::regtype, s.casttarget::regtype),
    'function', nullif(s.castfunc, 0)::regprocedure::text,
    'context', s.castcontext::text, 'method', s.castmethod::text
from pg_cast s
where exists (
    select from pg_type t where t.oid in (s.castsource, s.casttarget) and <types>
);

select
    'operator ' || o.oid::regoperator, 'function', o.oprcode::regprocedure::text,
    'owner', o.oprowner::regrole::text
from pg_operator o
where exists (select from pg_type t where t.oid in (o.oprleft, o.oprright) and <types>);

select 'schema kw', 'owner', n.nspowner::regrole::text
from pg_namespace n where n.nspname = 'kw';

select
    'dump of ' || d.oid::regclass,
    'condition', e.extcondition[array_position(e.extconfig, d.oid)]
from pg_extension e join pg_class d on d.oid = any(e.extconfig) where e.extname = 'kwtools'
"""
# Privileges by grantee, without the owner's: each major version has its own list of these.
_GRANTS = """
select
    <object>,
    'granted to ' || case when x.grantee = 0 then 'PUBLIC' else x.grantee::regrole::text end,
    string_agg(
        x.privilege_type || case when x.is_grantable then '*' else '' end, ', '
        order by x.privilege_type
    )
from <source>
cross join aclexplode(coalesce(<acl>, acldefault('<kind>', <owner>))) x
where <condition> and x.grantee <> <owner>
group by 1, 2
"""
_GRANTED_ON = (
    (_RELATION, "pg_class c", "c.relacl", "r", "c.relowner",
        "<in kw> and c.relkind in ('r', 'v', 'p', 'm', 'f')"),
    (_RELATION, "pg_class c", "c.relacl", "s", "c.relowner", "<in kw> and c.relkind = 'S'"),
    (_COLUMN, "pg_attribute a join pg_class c on c.oid = a.attrelid", "a.attacl", "c",
        "c.relowner", "<in kw> and a.attacl is not null and not a.attisdropped"),
    ("'function ' || p.oid::regprocedure", "pg_proc p", "p.proacl", "f", "p.proowner",
        "p.pronamespace = 'kw'::regnamespace"),
    ("'type ' || t.oid::regtype", "pg_type t", "t.typacl", "T", "t.typowner", _TYPES),
    ("'schema kw'", "pg_namespace n", "n.nspacl", "n", "n.nspowner", "n.nspname = 'kw'"),
)  # fmt: skip
_GRANTED_PARTS = ("<object>", "<source>", "<acl>", "<kind>", "<owner>", "<condition>")
_MEMBER = re.compile(r"<member of (\w+) (\w)>")
_IS_MEMBER = r"""
    (select count(*) > 0 from pg_depend m join pg_extension e on e.oid = m.refobjid
    where e.extname = 'kwtools' and m.refclassid = 'pg_extension'::regclass and m.deptype = 'e'
        and m.classid = '\1'::regclass and m.objid = \2.oid)::text
"""


def _queries() -> Iterator[str]:
    for query in _QUERIES.split(";\n"):
        yield _filled(query)
    for one in _GRANTED_ON:
        query = _GRANTS
        for part, text in zip(_GRANTED_PARTS, one, strict=True):
            query = query.replace(part, text)
        yield _filled(query)


def _filled(query: str) -> str:
    query = query.replace("<relation>", _RELATION).replace("<column>", _COLUMN)
    query = query.replace("<in kw>", _IN_KW).replace("<types>", _TYPES)
    return _MEMBER.sub(_IS_MEMBER, query)


class Difference(NamedTuple):
    """What is not as the release made it."""

    object: str
    attribute: str
    """Empty where the whole object is missing or is not of the release."""
    expected: str | None
    found: str | None

    def __str__(self) -> str:
        if not self.attribute:
            return "is missing" if self.found is None else "is not of the release"
        expected = "nothing" if self.expected is None else self.expected
        return f"{self.attribute} is {self.found or 'nothing'}, and the release made {expected}"


def read(connection: Connection) -> Catalog:
    """Return the catalog of the extension in a database. Run it in ``connections.transaction``."""
    catalog: Catalog = {}
    for query in _queries():
        for name, *pairs in connection.execute(query.encode()):
            attributes = catalog.setdefault(name, {})
            for attribute, value in zip(pairs[::2], pairs[1::2], strict=True):
                if value is not None:
                    attributes[attribute] = shortened(attribute, value)
    return catalog


def module_path(connection: Connection) -> str | None:
    """Return the folder from which the extension of this database loads its runtime."""
    row = connection.execute(
        "select p.prosrc from pg_catalog.pg_proc p join pg_catalog.pg_namespace n"
        " on n.oid = p.pronamespace where n.nspname = 'kw' and p.proname = '_load'"
    ).fetchone()
    match = _MODULE_PATH.search(row[0]) if row else None
    return match[1] if match else None


def differences(expected: Mapping[str, Mapping[str, str]], found: Catalog) -> list[Difference]:
    """Return in what ``found`` differs.

    A definition that PostgreSQL has parsed again of its own text, as for pg_upgrade, is the same.
    """
    told, reprinted = [], reprinting.load()
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            told.append(Difference(name, "", name, None))
        elif name not in expected:
            told.append(Difference(name, "", None, name))
        else:
            one, other = expected[name], found[name]
            told += [
                Difference(name, attribute, one.get(attribute), other.get(attribute))
                for attribute in sorted(one.keys() | other.keys())
                if one.get(attribute) != other.get(attribute)
                and not (
                    attribute == "definition"
                    and reprinted.get(name, {}).get(one.get(attribute, "")) == other.get(attribute)
                )
            ]
    return told


def shortened(attribute: str, value: str) -> str:
    """Return a value as a list has it: a digest for a long one."""
    if attribute == "body":  # the one place that names the folder of the installation
        value = _MODULE_PATH.sub("folder = f'MODULE_PATHNAME/{version}/cp", value)
    if attribute != "body" and len(value) <= _LONGEST:
        return value
    return f"sha256:{hashlib.sha256(value.encode(errors='replace')).hexdigest()[:32]}"


# -- the lists ---------------------------------------------------------------------------------


WHOLE = 15
"""The major version of PostgreSQL whose lists are whole."""


def list_path(version: str, major: int, released: Path | None = None) -> Path:
    """Return where the list of a release is."""
    folder = sources.extension() / "released" if released is None else released
    return folder / f"catalog--{version}--pg{major}.json"


def has_lists(version: str) -> bool:
    """Return whether there is a list of a version for any PostgreSQL: whether it was released."""
    return any((sources.extension() / "released").glob(f"catalog--{version}--pg*.json"))


def of_release(version: str, major: int, released: Path | None = None) -> Catalog | None:
    """Return the catalog of a release, or null where the release has none for this PostgreSQL."""
    whole, own = (list_path(version, one, released) for one in (WHOLE, major))
    if not (whole.exists() and own.exists()):
        return None
    catalog: Catalog = {}
    for path in (whole, own):
        catalog |= json.loads(path.read_text())
    return catalog


def as_text(catalog: Catalog) -> str:
    """Return a list, an object a line, so that two lists can be compared by eye."""
    lines = (f"{json.dumps(name)}: {json.dumps(one)}" for name, one in sorted(catalog.items()))
    return "{\n" + ",\n".join(lines) + "\n}\n"
