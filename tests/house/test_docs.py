"""That generated pages are current, and that what was released is not edited."""

from pathlib import Path

from kwtools import sources
from kwtools.release import check_frozen
from scripts import functions_page


def test_the_page_of_functions_is_current() -> None:
    assert functions_page.PAGE.read_text() == functions_page.page(), "run make docs"


def test_every_function_is_on_the_page() -> None:
    page = functions_page.PAGE.read_text()
    for name, one in functions_page.functions(functions_page.script()).items():
        named = f"`kw.{name}`" if "_by_" in name else f"\n### `kw.{name}`\n"
        assert page.count(named) == 1
        assert one.comment in page


def test_what_was_released_is_as_it_was() -> None:
    check_frozen(sources.extension() / "released")


def test_the_version_stands_in_one_place() -> None:
    root = Path(__file__).resolve().parents[2]
    for path in [*sorted((root / "src").rglob("*.py")), *sorted((root / "plpython").rglob("*.py"))]:
        assert f'"{sources.version()}"' not in path.read_text(), path
