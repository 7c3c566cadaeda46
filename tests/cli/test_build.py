"""Building the scripts: order, substitutions, overloads, the edge from the last release."""

from pathlib import Path

import pytest

from kwtools.build import build
from kwtools.errors import CheckFailed

FILES = {
    "kwtools.control.in": "default_version = '@VERSION@'\nmodule_pathname = '@MODULE_PATH@'\n",
    "order.txt": "roles.sql  # first\n\nfunctions/one.sql\ntables/a.sql\nprivileges.sql\n",
    "roles.sql": "create schema kw;\n",
    "functions/one.sql": "-- one\n",
    "tables/a.sql": "create table kw.a (version text default '@VERSION@');\n",
    "privileges.sql": "revoke all on kw.a from public;\n",
    "runtime.py.in": "import sys  # @VERSION@\nsys.path\n",
}


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A small extension."""
    for name, text in FILES.items():
        write(tmp_path / "extension" / name, text)
    return tmp_path / "extension"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def built(sources: Path, version: str = "1.2.0") -> dict[str, str]:
    output = sources.parent / "output"
    return {path.name: path.read_text() for path in build(sources, version, output)}


def test_the_script_has_the_files_in_order(sources: Path) -> None:
    files = built(sources)
    assert files == {
        "kwtools.control": "default_version = '1.2.0'\nmodule_pathname = '@MODULE_PATH@'\n",
        "kwtools--1.2.0.sql": (
            '\\echo Use "CREATE EXTENSION kwtools" to load this file. \\quit\n'
            "\n-- roles.sql\n\ncreate schema kw;\n"
            "\n-- functions/one.sql\n\n-- one\n"
            "\n-- tables/a.sql\n\ncreate table kw.a (version text default '1.2.0');\n"
            "\n-- privileges.sql\n\nrevoke all on kw.a from public;\n"
        ),
    }


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("order.txt", FILES["order.txt"] + "tables/a.sql\n", "lists twice: tables/a.sql"),
        (
            "order.txt",
            FILES["order.txt"] + "tables/b.sql\n",
            "lists what does not exist: tables/b.sql",
        ),
        ("tables/new.sql", "", "does not list: tables/new.sql"),
        ("functions/sub/new.sql", "", "does not list: functions/sub/new.sql"),
        ("views/new.sql", "", "does not list: views/new.sql"),
        ("new.sql", "", "does not list: new.sql"),
        ("tables/a.sql", "-- @VERSIONS@", "tables/a.sql has unknown tokens: @VERSIONS@"),
        ("tables/a.sql", "-- @MODULE_PATH@", "unknown tokens: @MODULE_PATH@"),
        ("functions/one.sql", "x = 1 @RUNTIME@\n", "unknown tokens: @RUNTIME@"),
        ("functions/one.sql", "-- @overload pk text\n", "overload directive"),
        ("functions/one.sql", "-- @overload pk: text\n", "overload directive"),
        ("functions/one.sql", "-- @overload pk: text bigint\nkey text\n", "no argument pk text"),
    ],
)
def test_mistakes_fail_the_build_by_name(sources: Path, name: str, text: str, message: str) -> None:
    write(sources / name, text)
    with pytest.raises(CheckFailed, match=message):
        built(sources)


def test_the_loader_replaces_its_line(sources: Path) -> None:
    write(sources / "functions/one.sql", "as $$\n@RUNTIME@\nreturn 1\n$$;\n")
    script = built(sources)["kwtools--1.2.0.sql"]
    assert "as $$\nimport sys  # 1.2.0\nsys.path\nreturn 1\n$$;" in script


def test_lines_for_the_page_of_functions_are_left_out(sources: Path) -> None:
    write(
        sources / "functions/one.sql",
        "-- @param pk: the key\n"
        "--   of the row\n"
        "-- @returns: nothing\n"
        "-- @example\n"
        "--   select kw.one(1);\n"
        "--\n"
        "--   select kw.one(2);\n"
        "-- one\n"
        "create function kw.one(pk text);\n",
    )
    script = built(sources)["kwtools--1.2.0.sql"]
    assert "\n-- functions/one.sql\n\n-- one\ncreate function kw.one(pk text);\n\n" in script


def test_overloads_repeat_the_file_for_each_type(sources: Path) -> None:
    write(
        sources / "functions/one.sql",
        "-- @overload pk: text bigint uuid\n"
        "create function kw.f(t text, pk text, pks pk text[], my_pk text);\n"
        "comment on function kw.f(t text, pk text) is 'x';\n",
    )
    script = built(sources)["kwtools--1.2.0.sql"]
    for kind in ("text", "bigint", "uuid"):
        assert (
            f"create function kw.f(t text, pk {kind}, pks pk text[], my_pk text);\n"
            f"comment on function kw.f(t text, pk {kind}) is 'x';\n"
        ) in script
    assert "@overload" not in script


def test_the_edge_has_steps_functions_and_privileges(sources: Path) -> None:
    for version in ("1.0.0", "1.1.0", "1.10.0"):
        write(sources / f"released/kwtools--{version}.sql", "")
    write(sources / "released/kwtools--1.0.0--1.1.0.sql", "")
    write(sources / "upgrade/1.1.0--1.2.0.sql", "alter table kw.a add b text;\n")
    edge = built(sources)["kwtools--1.1.0--1.2.0.sql"]
    assert edge == (
        "\\echo Use \"ALTER EXTENSION kwtools UPDATE TO '1.2.0'\" to load this file. \\quit\n"
        "\n-- upgrade/1.1.0--1.2.0.sql\n\nalter table kw.a add b text;\n"
        "\n-- functions/one.sql\n\n-- one\n"
        "\n-- privileges.sql\n\nrevoke all on kw.a from public;\n"
    )


def test_versions_are_compared_as_numbers_and_steps_are_optional(sources: Path) -> None:
    write(sources / "released/kwtools--1.9.0.sql", "")
    write(sources / "released/kwtools--1.10.0.sql", "")
    assert "kwtools--1.10.0--1.11.0.sql" in built(sources, "1.11.0")


def test_an_edge_begins_with_its_own_file_and_includes_what_the_install_script_has(
    sources: Path,
) -> None:
    write(sources / "released" / "kwtools--1.0.0.sql", "-- 1.0.0\n")
    write(sources / "upgrade" / "begin.sql", "-- begin\n")
    write(sources / "upgrade" / "1.0.0--1.2.0.sql", "-- steps\n-- @include tables/a.sql\n-- end\n")
    edge = built(sources)["kwtools--1.0.0--1.2.0.sql"]
    table = "create table kw.a (version text default '1.2.0');"
    assert edge.index("-- begin\n") < edge.index(f"-- steps\n{table}\n-- end\n")
    write(sources / "upgrade" / "1.0.0--1.2.0.sql", "-- @include tables/b.sql\n")
    with pytest.raises(CheckFailed, match=r"tables/b\.sql"):
        built(sources)


def test_what_an_earlier_build_left_is_removed(sources: Path) -> None:
    built(sources, "1.1.0")
    built(sources, "1.2.0")
    names = {path.name for path in (sources.parent / "output").iterdir()}
    assert names == {"kwtools.control", "kwtools--1.2.0.sql"}
