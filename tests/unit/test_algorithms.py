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

ROWS = Path(sources.extension()) / "seed" / "crypto_algorithms.sql"


def test_the_rows_of_the_extension_are_the_catalogue() -> None:
    found = re.findall(
        r"\(\s*(\d+), '(\w+)', '([^']+)', (\w+),\s*'(\{.*?\})'\s*\)", ROWS.read_text()
    )
    assert [
        (int(number), kind, name, None if level == "null" else int(level), json.loads(params))
        for number, kind, name, level, params in found
    ] == [
        (number, one.kind, one.name, one.nist_level, one.params)
        for number, one in enumerate(CATALOGUE, 1)
    ]


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
