"""Lines of pg_hba.conf that let superusers or kwtools roles in without proof or in the clear."""

from collections.abc import Iterator

from kwtools.checks._finding import PROBLEM, WARNING, Finding
from kwtools.checks._text import listed
from kwtools.connections import Connection
from kwtools.own_grants import ROLES

_NAME = "pg_hba.conf"
# Of the lines for all roles, for one with rights of kwtools, for members of it, or by a pattern.
_LINES = """
with recursive important as (
    select r.oid, r.rolname
    from pg_catalog.pg_roles r
    where r.rolsuper or exists (
        select from pg_catalog.pg_roles g
        where g.rolname = any(%s) and pg_catalog.pg_has_role(r.oid, g.oid, 'member')
    )
),
-- By memberships alone, as pg_hba.conf counts them: pg_has_role says yes to every superuser.
members (group_id) as (
    select i.oid from important i
    union
    select a.roleid from pg_catalog.pg_auth_members a join members m on m.group_id = a.member
)
select
    h.line_number,
    concat_ws(
        ' ', h.type, array_to_string(h.database, ','), array_to_string(h.user_name, ','),
        h.address, h.auth_method
    ),
    h.error,
    h.type, h.auth_method,
    h.type = 'local' or h.address in ('localhost', 'samehost')
    or case when h.address ~ '^[0-9.]+$' then
        h.address::inet <<= '127.0.0.0/8' and h.netmask::inet >= '255.0.0.0'
    end
    or h.address = '::1' and h.netmask = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'
from pg_catalog.pg_hba_file_rules h
where
    h.error not like '%%cannot match because SSL is disabled%%'
    or h.error is null
    and h.auth_method in ('trust', 'password', 'ident')
    and h.database <> array['replication']
    and exists (
        select from unnest(h.user_name) u (name)
        where
            u.name = 'all' or u.name like '/%%'
            or u.name in (select i.rolname from important i)
            or exists (
                select from pg_catalog.pg_roles g
                where
                    u.name = '+' || g.rolname
                    and exists (select from members m where m.group_id = g.oid)
            )
    )
order by h.line_number
"""


def lines(connection: Connection) -> Iterator[Finding]:
    """Yield the lines by which somebody becomes such a role too easily."""
    found: dict[str, list[str]] = {}
    for number, text, error, kind, method, is_near in connection.execute(
        _LINES.encode(), (list(ROLES),)
    ):
        what = _what(error, kind, method, is_near=is_near)
        if what:
            found.setdefault(what, []).append(f"line {number} ({text or error})")
    for what, named in found.items():
        result, hint, why = _TOLD[what]
        yield Finding(_NAME, result, f"{what}: {listed(named)}", hint, why)


_WRONG = "the server cannot read it"
_TRUST = "from the network without proof"
_TRUST_HERE = "from this machine without proof"
_CLEAR = "with a password in the clear"
_TOLD = {
    _WRONG: (WARNING, "Repair the line, then call pg_reload_conf().",
        "The server keeps the lines that it read before, until it is started again."),
    _TRUST: (PROBLEM, "Use scram-sha-256 or cert instead of trust and ident.",
        "Who reaches the server is every role of the line, and reads every value."),
    _TRUST_HERE: (WARNING, "Use peer or scram-sha-256 instead of trust.",
        "Every user and program of the machine is every role of the line, and reads every value."),
    _CLEAR: (WARNING, "Use hostssl, and scram-sha-256 instead of password.",
        "Who listens on the network learns the password of a role that reads values."),
}  # fmt: skip


def _what(error: str | None, kind: str, method: str, *, is_near: bool) -> str:
    """Return what a line does, or nothing where it does no harm."""
    if error is not None:
        return _WRONG
    if method in ("trust", "ident"):
        return _TRUST_HERE if is_near else _TRUST
    return "" if is_near or kind in ("hostssl", "hostgssenc") else _CLEAR
