"""Tokens: the vectors, the second decoder, and that no version of Python changes a token."""

import json
import shutil
import subprocess
import sys
import unicodedata
from uuid import UUID

import pytest
from kwruntime.crypto import unicode_14
from kwruntime.crypto.blind_index import NORMALISERS, IndexKey
from kwruntime.crypto.kdf import Prf
from kwruntime.errors import BadArgument

from scripts import unicode_table
from tests.decoder.run import make_tokens
from tests.vectors.make_token_vectors import FILE, vectors

CONTENT = json.loads(FILE.read_text())
PYTHONS = ("python3.11", "python3.12", "python3.13", "python3.14")
# Every character of Unicode 14.0, alone and among others that combine with it.
DIGEST = """
import hashlib, importlib.util, sys
from unicodedata import normalize
spec = importlib.util.spec_from_file_location("unicode_14", sys.argv[1])
table = importlib.util.module_from_spec(spec)
spec.loader.exec_module(table)
digest = hashlib.sha256()
for code in [*range(0xD800), *range(0xE000, 0x110000)]:
    if table.unassigned(chr(code)) is None:
        text = f"{chr(code)}A{chr(code)}\\u0301\\u0323\\u0345{chr(code)}"
        digest.update(normalize("NFKC", normalize("NFKC", text).casefold()).encode() + b"\\0")
print(digest.hexdigest())
"""
EXPECTED = "b0a084126b4e0be0052bd17e872c8a20f13be5aa18b7cb02084367eb8515b85d"


def test_the_vectors_are_what_the_runtime_makes() -> None:
    assert vectors() == CONTENT


def test_the_independent_decoder_makes_the_same_tokens() -> None:
    done = make_tokens(FILE)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{len(CONTENT['tokens'])} tokens agree\n"


@pytest.mark.parametrize("one", CONTENT["refused"])
def test_values_that_a_normaliser_does_not_take_are_refused(one: dict[str, str]) -> None:
    with pytest.raises(BadArgument):
        NORMALISERS[one["normaliser"]](one["value"])


def test_every_part_of_an_index_changes_its_tokens() -> None:
    given = (b"k" * 32, UUID(int=1), "raw", 128, 1)
    others = (b"l" * 32, UUID(int=2), "trim", 127, 2)
    made = {_token(*given)}
    for place, other in enumerate(others):
        made.add(_token(*(*given[:place], other, *given[place + 1 :])))
    assert len({one[5:] for one in made}) == len(others) + 1


def _token(*given: object) -> bytes:
    prk, index, normaliser, bits, generation = given
    key = IndexKey(Prf(prk), index, normaliser, bits, generation)  # type: ignore[arg-type]
    return key.token("x")


@pytest.mark.skipif(
    unicodedata.unidata_version != unicode_table.VERSION, reason="another version of Unicode"
)
def test_the_table_is_what_the_script_makes_of_unicode_14() -> None:
    assert unicode_table.MODULE.read_text() == unicode_table.module()


@pytest.mark.parametrize("name", [sys.executable, *PYTHONS])
def test_no_version_of_python_folds_otherwise(name: str) -> None:
    python = shutil.which(name)
    if python is None:
        pytest.skip(f"{name} is not installed")
    done = subprocess.run(
        [python, "-c", DIGEST, str(unicode_14.__file__)], capture_output=True, text=True
    )
    if done.returncode and "not found" in done.stderr:
        pytest.skip(f"{name} is not installed")
    assert done.stdout.strip() == EXPECTED, done.stderr
