"""Freezing a release."""

from pathlib import Path

import pytest

from kwtools import sources
from kwtools.errors import CheckFailed
from kwtools.release import CHECKSUMS, check_frozen, freeze, write_checksums


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The script of a build, beside a folder for releases."""
    (tmp_path / "released").mkdir()
    script = tmp_path / "kwtools--1.0.0.sql"
    script.write_text("select 1;\n")
    return script


def test_a_release_is_copied_once_with_its_checksum(script: Path) -> None:
    released = script.parent / "released"
    assert freeze([script], released) == [released / script.name]
    assert freeze([script], released) == []
    assert (released / script.name).read_text() == "select 1;\n"
    assert (released / CHECKSUMS).read_text().endswith("  kwtools--1.0.0.sql\n")
    check_frozen(released)


def test_a_released_script_never_changes(script: Path) -> None:
    released = script.parent / "released"
    freeze([script], released)
    script.write_text("select 2;\n")
    with pytest.raises(CheckFailed, match=r"released script kwtools--1\.0\.0\.sql would change"):
        freeze([script], released)
    assert (released / script.name).read_text() == "select 1;\n"


@pytest.mark.parametrize("change", ["edit", "remove", "add"])
def test_changes_under_released_are_found(script: Path, change: str) -> None:
    released = script.parent / "released"
    freeze([script], released)
    if change == "edit":
        (released / script.name).write_text("select 2;\n")
    elif change == "remove":
        (released / script.name).unlink()
    else:
        (released / "kwtools--0.9.0.sql").write_text("")
    with pytest.raises(CheckFailed, match="released scripts were changed"):
        check_frozen(released)


def test_a_list_of_a_catalog_is_frozen_too(script: Path) -> None:
    released = script.parent / "released"
    freeze([script], released)
    listed = released / "catalog--1.0.0--pg15.json"
    listed.write_text("{}")
    with pytest.raises(CheckFailed, match="released scripts were changed"):
        check_frozen(released)
    write_checksums(released)
    check_frozen(released)


def test_the_released_scripts_of_this_repository_are_unchanged() -> None:
    check_frozen(sources.extension() / "released")
