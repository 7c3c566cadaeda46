"""That generated pages are current, and that what was released is not edited."""

from pathlib import Path

import pytest

from kwtools import sources
from kwtools.install_script import Function, functions, script
from kwtools.release import check_frozen
from scripts import functions_page
from scripts.pages import blocks


@pytest.fixture(scope="module")
def known() -> dict[str, Function]:
    return functions(script())


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    """The output that the page shows for each example."""
    page = functions_page.PAGE.read_text()
    return {block.text: block.output or "" for block in blocks(page, "sql")}


PUBLIC = [name for _, names in functions_page.topics(sources.extension()) for name in names]


def test_the_page_of_functions_is_current() -> None:
    outputs = functions_page.shown_outputs()
    assert len(outputs) == len(functions_page.examples()), "run make docs"
    assert functions_page.PAGE.read_text() == functions_page.page(iter(outputs)), "run make docs"


@pytest.mark.parametrize("name", PUBLIC)
def test_a_function_has_parameters_returns_an_example_and_its_output(
    name: str, known: dict[str, Function], shown: dict[str, str]
) -> None:
    one = known[name]
    said = functions_page.documentation(name)
    names = [argument.removeprefix("variadic ").split(" ")[0] for argument in one.arguments]
    assert said.parameters.keys() <= set(names), "a @param names no parameter"
    assert set(names) <= (functions_page.shared_parameters() | said.parameters).keys()
    assert bool(said.returns) == (one.returns not in ("", "void"))
    assert f"kw.{name}" in said.example
    assert shown[said.example], "run make docs"
    assert all(functions_page.comment_parts(one)[:2])


def test_a_shared_meaning_serves_several_functions(known: dict[str, Function]) -> None:
    for parameter in functions_page.shared_parameters():
        users = [
            name
            for name in PUBLIC
            if parameter not in functions_page.documentation(name).parameters
            and parameter in [argument.split(" ")[0] for argument in known[name].arguments]
        ]
        assert len(users) > 1, f"{parameter}: {users}"


def test_every_function_is_on_the_page(known: dict[str, Function]) -> None:
    page = functions_page.PAGE.read_text()
    for name in (one for one in known if not one.startswith("_")):
        named = f"`kw.{name}`" if "_by_" in name else f"\n### `kw.{name}`\n"
        assert page.count(named) == 1, name


def test_what_was_released_is_as_it_was() -> None:
    check_frozen(sources.extension() / "released")


def test_the_version_stands_in_one_place() -> None:
    root = Path(__file__).resolve().parents[2]
    for path in [*sorted((root / "src").rglob("*.py")), *sorted((root / "plpython").rglob("*.py"))]:
        assert f'"{sources.version()}"' not in path.read_text(), path
