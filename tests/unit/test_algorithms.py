"""The catalogue of algorithms and the known-answer tests of its members."""

import json
import re
from pathlib import Path

import pytest
from kwruntime.crypto import hpke, known_answers
from kwruntime.errors import NotAuthentic
from kwshared import algorithms
from kwshared.algorithms import CATALOGUE, KEMS

from kwtools import sources
from kwtools.build import build

ROW = re.compile(r"\(\s*(\d+), '(\w+)', '([^']+)', (\w+),\s*'(\{.*?\})'\s*\)")


def rows(script: str) -> list[tuple[int, str, str, str, str]]:
    return [(int(number), *rest) for number, *rest in ROW.findall(script)]


def test_the_extension_has_the_rows_of_the_catalogue(tmp_path: Path) -> None:
    build(sources.extension(), sources.version(), tmp_path)
    found = rows((tmp_path / f"kwtools--{sources.version()}.sql").read_text())
    assert [
        (number, kind, name, None if level == "null" else int(level), json.loads(params))
        for number, kind, name, level, params in found
    ] == [
        (number, one.kind, one.name, one.nist_level, one.params)
        for number, one in enumerate(CATALOGUE, 1)
    ]


def test_an_algorithm_keeps_the_id_that_it_was_released_with(tmp_path: Path) -> None:
    """An edge adds a row that is new; it cannot change one that a dump refers to."""
    ids = {one.name: number for number, one in enumerate(CATALOGUE, 1)}
    released = list((sources.extension() / "released").glob("kwtools--*.sql"))
    found = {(name, number) for path in released for number, _, name, *_ in rows(path.read_text())}
    assert found
    assert found <= ids.items()


@pytest.mark.parametrize("name", [one.name for one in CATALOGUE])
def test_every_algorithm_gives_its_known_answer(name: str) -> None:
    assert known_answers.passes(name) is True


@pytest.mark.parametrize("name", KEMS)
def test_a_kem_that_answers_otherwise_does_not_pass(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = hpke.KEYS[name].public_bytes_of

    def of_another_key(data: bytes) -> bytes:
        return right(bytes([data[0] ^ 8]) + data[1:])

    keys = hpke.KEYS[name]._replace(public_bytes_of=of_another_key)
    monkeypatch.setitem(hpke.KEYS, name, keys)
    with pytest.raises(NotAuthentic):
        known_answers.passes(name)


def test_names_of_any_case_and_other_names_are_one() -> None:
    assert algorithms.name_of("x-wing") == "ML-KEM-768+X25519"
    assert algorithms.name_of("ml-kem-1024") == "ML-KEM-1024"
    assert algorithms.name_of("prime256v1") == "P-256"
    assert algorithms.kem_name("MLKEM768") == "ML-KEM-768"
    assert algorithms.kem_name("AES-256-GCM") is None
    assert algorithms.kem_name(None) is None
    assert algorithms.name_of("Kyber512") is None
