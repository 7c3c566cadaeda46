"""The rules of ``kwtools lint``: our SQL keeps each, and a break of each is found, and it alone."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kwtools import sources
from kwtools.cli import main
from kwtools.errors import CheckFailed
from kwtools.linting import RULES, Finding, Rule, Sources, findings

FUNCTION = """\
create or replace function kw.find(entity_pk text, most integer) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
return api.find(entity_pk, most)
$function$;

comment on function kw.find(entity_pk text, most integer) is
'Finds. For kw_client.';

grant execute on function kw.find(entity_pk text, most integer) to kw_client;
"""
PROCEDURE = """\
create or replace procedure kw.work(most integer)
language plpgsql
as $function$
declare
    done pg_catalog.int4 := 0;
begin
    while done operator(pg_catalog.<) most loop
        done := done operator(pg_catalog.+) pg_catalog.abs(1);
        commit;
    end loop;
end;
$function$;

comment on procedure kw.work(most integer) is
'Works. For kw_client.';

grant execute on procedure kw.work(most integer) to kw_client;
"""
TABLE = """\
create table kw.things (
    id bigint primary key,
    other_id bigint constraint fk_things_other references kw.things (id),
    made_at timestamptz(6) not null default now()
);

comment on table kw.things is 'Things.';
comment on column kw.things.id is 'Key of the row.';
comment on column kw.things.other_id is 'Another one.';
comment on column kw.things.made_at is 'When it was made.';
"""
VIEW = """\
create view kw.others as
with found as (select t.id from kw.things t)
select f.id from found f;

comment on view kw.others is 'Others.';
"""
STEPS = "alter table kw.things add column seen_at timestamptz(6);\n"
GOOD = {
    "functions/find.sql": FUNCTION,
    "functions/work.sql": PROCEDURE,
    "tables/things.sql": TABLE,
    "views/others.sql": VIEW,
}
UPGRADE = "upgrade/1--2.sql"
SECOND_FORM = FUNCTION.replace("entity_pk text", "entity_pk bytea")
FOR_OTHERS = (
    FUNCTION.replace("entity_pk text", "entity_pk uuid")
    .replace("to kw_client", "to kw_admin")
    .replace("For kw_client", "For kw_admin")
)

BREAKS = [
    ("search-path", "functions/find.sql", "set search_path = pg_catalog, pg_temp\n", ""),
    ("search-path", "functions/find.sql", "pg_catalog, pg_temp", "pg_temp, pg_catalog"),
    ("search-path", "functions/find.sql", "pg_catalog, pg_temp", "pg_catalog, public, pg_temp"),
    ("search-path", "functions/work.sql", "        commit;\n", ""),
    ("qualified-procedure", "functions/work.sql", "pg_catalog.abs(1)", "abs(1)"),
    ("qualified-procedure", "functions/work.sql", "operator(pg_catalog.+)", "+"),
    ("qualified-procedure", "functions/work.sql", "pg_catalog.int4", "integer"),
    ("qualified-procedure", "functions/work.sql", "pg_catalog.int4", "kw.things.id%type"),
    ("definer", "functions/find.sql", "parallel unsafe", "parallel unsafe security definer"),
    ("immutable", "functions/find.sql", "stable", "immutable"),
    ("stated", "functions/find.sql", " stable", ""),
    ("stated", "functions/find.sql", " parallel unsafe", ""),
    ("parallel", "functions/find.sql", "parallel unsafe", "parallel safe"),
    ("parallel", "functions/find.sql", "plpython3u", "plpythonu"),
    ("strict", "functions/find.sql", " stable", " stable strict"),
    ("callers", "functions/find.sql", "For kw_client", "It is quick"),
    ("callers", "functions/find.sql", "For kw_client", "For kw_admin"),
    ("granted", "functions/find.sql", FUNCTION[FUNCTION.index("\ngrant ") :], ""),
    ("overload-types", "functions/find.sql", FUNCTION, FUNCTION + SECOND_FORM),
    (
        "overload-grants",
        "functions/find.sql",
        FUNCTION,
        FUNCTION + FOR_OTHERS,
    ),
    ("adopts", "tables/things.sql", "create table kw", "create table if not exists kw"),
    ("adopts", "views/others.sql", "create view", "create or replace view"),
    ("adopts", UPGRADE, "add column", "add column if not exists"),
    ("qualified", "tables/things.sql", "references kw.things", "references things"),
    ("qualified", "views/others.sql", "from kw.things", "from things"),
    ("qualified", UPGRADE, "kw.things", "things"),
    ("schema", "functions/find.sql", "function kw.find", "function public.find"),
    ("public", "functions/find.sql", " to kw_client;", " to kw_client, public;"),
    ("comment", "tables/things.sql", TABLE.splitlines(keepends=True)[-1], ""),
    ("comment", "tables/things.sql", "'Key of the row.'", "'Id'"),
    ("comment", "views/others.sql", "\ncomment on view kw.others is 'Others.';\n", ""),
    ("timestamptz", "tables/things.sql", "timestamptz(6)", "timestamp(6)"),
    ("timestamptz", "tables/things.sql", "timestamptz(6)", "timestamptz"),
    ("timestamptz", UPGRADE, "timestamptz(6)", "date"),
    ("foreign-key", "tables/things.sql", "constraint fk_things_other ", ""),
    ("foreign-key", "tables/things.sql", "fk_things_other", "things_other"),
    ("function-file", "functions/find.sql", FUNCTION, FUNCTION.replace("kw.find", "kw.seek")),
    ("table-file", "views/others.sql", VIEW, VIEW.replace("kw.others", "kw.further")),
    ("table-file", "tables/things.sql", TABLE, f"{TABLE}insert into kw.things (id) values (1);\n"),
    ("keywords", "views/others.sql", "select f.id from", "SELECT f.id from"),
    ("whitespace", "views/others.sql", "\nselect", "\n\tselect"),
    ("whitespace", "views/others.sql", "as\n", "as \n"),
    ("whitespace", "views/others.sql", VIEW, f"{VIEW}\n"),
    ("whitespace", "views/others.sql", VIEW, VIEW.rstrip()),
]  # fmt: skip


def _sources(folder: Path, files: dict[str, str], steps: str = STEPS) -> Sources:
    return Sources(folder, {**files, UPGRADE: steps}, files, {UPGRADE: steps})


@pytest.fixture(scope="module")
def ours() -> Sources:
    """The extension."""
    return Sources.read(sources.extension(), sources.version())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_our_sql_keeps_the_rule(ours: Sources, rule: Rule) -> None:
    assert list(rule.breaks(ours)) == []


def test_the_extension_is_read_whole(ours: Sources) -> None:
    assert len(ours.functions) > 80
    assert len(ours.installed) > 600
    assert {one.file for one in ours.every} > {"upgrade/begin.sql", "roles.sql", "privileges.sql"}


def test_what_keeps_all_rules_has_no_finding(tmp_path: Path) -> None:
    assert findings(_sources(tmp_path, GOOD)) == []


@pytest.mark.parametrize(
    ("rule", "file", "old", "new"), BREAKS, ids=[f"{one[0]}-{n}" for n, one in enumerate(BREAKS)]
)
def test_a_break_is_found_and_named(
    tmp_path: Path, rule: str, file: str, old: str, new: str
) -> None:
    texts = {**GOOD, UPGRADE: STEPS}
    assert old in texts[file]
    texts[file] = texts[file].replace(old, new)
    steps = texts.pop(UPGRADE)
    found = findings(_sources(tmp_path, texts, steps))
    assert {one.rule for one in found} == {rule}
    assert {one.file for one in found} == {file}
    assert all(one.what and one.remedy for one in found)


def test_a_released_script_that_was_edited_is_found(tmp_path: Path) -> None:
    shutil.copytree(sources.extension() / "released", tmp_path / "released")
    assert findings(_sources(tmp_path, GOOD)) == []
    script = next((tmp_path / "released").glob("*.sql"))
    script.write_text(script.read_text() + "\n")
    (found,) = findings(_sources(tmp_path, GOOD))
    assert (found.rule, found.file) == ("released", "released")
    assert script.name in found.what


def test_every_rule_has_a_break_here() -> None:
    assert {rule.name for rule in RULES} == {one[0] for one in BREAKS} | {"released"}


def test_a_reason_at_the_head_of_the_file_allows_a_definer(tmp_path: Path) -> None:
    text = FUNCTION.replace("parallel unsafe", "parallel unsafe security definer")
    files = {**GOOD, "functions/find.sql": f"-- SECURITY DEFINER: it reads the keys.\n{text}"}
    assert findings(_sources(tmp_path, files)) == []


def test_what_cannot_be_parsed_is_named(tmp_path: Path) -> None:
    files = {**GOOD, "views/others.sql": "create view kw.others as selec 1;\n"}
    with pytest.raises(CheckFailed, match=r"extension/views/others\.sql cannot be parsed"):
        findings(_sources(tmp_path, files))


# -- the command ------------------------------------------------------------------------------


def test_the_command_is_content_with_our_sql(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint"]) == 0
    assert capsys.readouterr().out == ""


def test_the_command_shows_each_break(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "extension"
    shutil.copytree(sources.extension(), folder)
    view = folder / "views" / "key_usage.sql"
    view.write_text(view.read_text().replace("create view", "create or replace view"))
    assert main(["lint", str(folder), "--json"]) == 1
    (row,) = json.loads(capsys.readouterr().out)
    assert (
        row
        == Finding(
            "adopts",
            "views/key_usage.sql",
            "ViewStmt says OR REPLACE",
            "Leave it out: CREATE fails where the name is taken.",
        )._asdict()
    )


def test_the_command_shows_the_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "--rules", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["rule"] for row in rows] == [rule.name for rule in RULES]
    assert all(row["why"].endswith(".") and row["remedy"].endswith(".") for row in rows)
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_another_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(tmp_path)]) == 3
    assert "has no order.txt" in capsys.readouterr().err


def test_without_pglast_it_says_where_to_run_it() -> None:
    program = (
        "import sys; sys.modules['pglast'] = None\n"
        "from kwtools.cli import main; sys.exit(main(['lint']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 3
    assert done.stderr == (
        "kwtools: package pglast is not installed, which reads SQL. Run it from a checkout, after"
        " make setup.\n"
    )
