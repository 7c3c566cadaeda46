"""``kwtools schema``: it describes and draws what the catalog has."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import Kwtools
from tests.conftest import Database

CELL = re.compile(r"(?<!\\)\|")
# The grammar of an erDiagram, as far as it is used.
NAME = r'(?:\w+|"[^"]+")'
ENTITY = re.compile(rf"    ({NAME}) {{")
ATTRIBUTE = re.compile(
    r"        [A-Za-z][\w()\[\]-]* [A-Za-z_]\w*"
    r"(?: (?:PK|FK|UK)(?:, (?:PK|FK|UK))*)?(?: \"[^\"]*\")?"
)
RELATION = re.compile(rf"    ({NAME}) (?:\}}o|\|o)--(?:\|\||o\|) ({NAME}) : (fk_\w+)")
COLUMNS = """
select c.relname::text, a.attname::text, col_description(c.oid, a.attnum)
from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = 'kw'::regnamespace and c.relkind in ('r', 'v') and a.attnum > 0
    and not a.attisdropped
"""
FOREIGN_KEYS = (
    "select conname::text from pg_constraint where contype = 'f' and conname like 'fk\\_%'"
)


def described(kwtools: Kwtools, dsn: str, *options: str) -> list[str]:
    code, out, err = kwtools("schema", "--dsn", dsn, *options)
    assert (code, err) == (0, "")
    return out.splitlines()


def as_json(kwtools: Kwtools, dsn: str) -> dict[str, Any]:
    tables = json.loads("\n".join(described(kwtools, dsn, "--json")))
    return {table["name"]: table for table in tables}


def test_every_column_is_described_with_its_comment(kwtools: Kwtools, db: Database) -> None:
    tables = as_json(kwtools, db.dsn)
    found = {
        (name, column["name"], column["comment"])
        for name, table in tables.items()
        for column in table["columns"]
    }
    assert found == set(db.sql(COLUMNS))
    text = "\n".join(described(kwtools, db.dsn))
    assert text.count("\n| `") == len(found)
    for name, _, comment in found:
        assert f"## kw.{name}" in text
        assert " ".join(comment.split()).replace("|", "\\|") in text


def test_a_table_is_described_with_types_defaults_keys_checks_and_indexes(
    kwtools: Kwtools, db: Database
) -> None:
    lines = described(kwtools, db.dsn, "--table", "kw.rewrap_jobs")
    assert lines[0] == "## kw.rewrap_jobs"
    assert lines[2].startswith("The queue: ")
    row = next(line for line in lines if line.startswith("| `target_kms1_key_id`"))
    assert row == (
        "| `target_kms1_key_id` | bigint | yes |  | FK |"
        " The key of leg 1 after it; null: the present one. |"
    )
    assert any(line.startswith("| `id` | bigint |  | `identity` | PK | ") for line in lines)
    assert any(line.startswith("| `status` | text |  | `'pending'::text` |") for line in lines)
    assert any(line.startswith("- `fk_rewrap_kw`: FOREIGN KEY (key_wrapper_id)") for line in lines)
    assert any(line.startswith("- `finished_when_it_ended`: `CHECK (") for line in lines)
    assert any("UNIQUE INDEX one_open_job_of_a_wrapper ON" in line for line in lines)
    assert not any("_pkey ON kw" in line for line in lines)  # a key is not told twice


def test_it_is_what_the_catalog_has_and_not_what_was_released(
    kwtools: Kwtools, db: Database
) -> None:
    db.sql("alter table kw.settings add column made_by_hand date default '2026-01-01'")
    db.sql("""comment on column kw.settings.made_by_hand is E'one | two\\n"three"'""")
    row = next(
        line for line in described(kwtools, db.dsn) if line.startswith("| `made_by_hand` | date |")
    )
    assert len(CELL.split(row)) == 8
    assert 'one \\| two "three"' in row
    drawn = described(kwtools, db.dsn, "--mermaid")
    assert """        date made_by_hand "one | two 'three'\"""" in drawn


def test_rows_of_markdown_have_as_many_cells_as_their_head(kwtools: Kwtools, db: Database) -> None:
    rows = [line for line in described(kwtools, db.dsn) if line.startswith("|")]
    assert len(rows) > 200
    assert {len(CELL.split(row)) for row in rows} == {8}


def test_the_diagram_has_every_table_column_and_foreign_key(kwtools: Kwtools, db: Database) -> None:
    first, *lines = described(kwtools, db.dsn, "--mermaid")
    assert first == "erDiagram"
    entities: list[str] = []
    related: list[tuple[str, str, str]] = []
    attributes = 0
    for line in lines:
        if match := ENTITY.fullmatch(line):
            entities.append(match[1])
        elif match := RELATION.fullmatch(line):
            related.append((match[1], match[2], match[3]))
        elif ATTRIBUTE.fullmatch(line):
            attributes += 1
        else:
            assert line == "    }", line
    tables = {name: one for name, one in as_json(kwtools, db.dsn).items() if not one["is_view"]}
    assert {name.strip('"') for name in entities} == tables.keys()
    assert attributes == sum(len(one["columns"]) for one in tables.values())
    assert {name for _, _, name in related} == {name for (name,) in db.sql(FOREIGN_KEYS)}
    assert {end for one in related for end in one[:2]} <= set(entities)


@pytest.mark.parametrize(
    "line",
    [
        "    key_wrappers }o--|| kms_keys : fk_kw_kms1",  # as in the drawing
        "    key_wrappers }o--o| kms_keys : fk_kw_kms2",  # the second leg may be null
        "    kem_private_keys |o--|| kms_keys : fk_kpk_key",  # its primary key: at most one
    ],
)
def test_how_many_rows_refer_to_how_many(kwtools: Kwtools, db: Database, line: str) -> None:
    assert line in described(kwtools, db.dsn, "--mermaid")


def test_chosen_tables_are_drawn_alone(kwtools: Kwtools, db: Database) -> None:
    lines = described(
        kwtools, db.dsn, "--mermaid", "--table", "kms_keys", "--table", "kw.kms_providers"
    )
    assert [line for line in lines if ENTITY.fullmatch(line)] == [
        "    kms_keys {",
        "    kms_providers {",
    ]
    assert lines[-1] == "    kms_keys }o--|| kms_providers : fk_kms_keys_provider"


def test_every_role_may_run_it(
    kwtools: Kwtools, db: Database, make_role: Callable[..., str]
) -> None:
    as_nobody = described(kwtools, db.place.dsn(db.name, make_role()))
    assert as_nobody == described(kwtools, db.dsn)


def test_what_does_not_exist_is_refused(kwtools: Kwtools, db: Database) -> None:
    code, _, err = kwtools("schema", "--dsn", db.dsn, "--table", "cats")
    assert code == 2
    assert 'table or view "cats" does not exist in schema kw. Use one of ' in err
    code, _, err = kwtools("schema", "--dsn", db.place.dsn("postgres"))
    assert code == 1
    assert "Run kwtools init there" in err
    assert kwtools("schema", "--dsn", db.dsn, "--json", "--mermaid")[0] == 2
