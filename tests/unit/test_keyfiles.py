"""Key files: what is one. The server and the command read them by the same code."""

import base64
import contextlib
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from kwruntime.errors import ProviderRefused
from kwruntime.kms.keystore import Keystore, new_kem_key
from kwshared import keyfile
from kwshared.algorithms import KEMS
from kwshared.keyfile import BadKeyFile, ChangedKey, KeystoreError

PATH = "/keys/k.jwk"
SECRET = bytes(range(32))
RANDOM_KID = "MDEyMzQ1Njc4OWFiY2RlZg"
MADE = [keyfile.file_of(keyfile.new_key(made_by=by)) for by in (None, "7/16384")]
MADE += [keyfile.file_of(new_kem_key(name)) for name in KEMS]


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def old(**members: object) -> bytes:
    """A file as the releases before 0.4.0 made it, with these members changed."""
    return json.dumps({"kty": "oct", "kid": RANDOM_KID, "k": encoded(SECRET)} | members).encode()


def judged(data: bytes) -> str | None:
    """Return the kid of a key file, null where it is refused."""
    with contextlib.suppress(KeystoreError):
        return keyfile.parse(PATH, data).kid
    return None


def test_the_check_value_tells_keys_apart_and_has_no_part_of_them() -> None:
    assert keyfile.check_value(SECRET) == "uo2-sI4H4GiJEZgBXXSOyGiv6Gmrl0OmllyciPPCc-I"
    others = {keyfile.check_value(SECRET[:n] + b"\xff" + SECRET[n + 1 :]) for n in range(32)}
    assert len(others) == 32
    assert keyfile.check_value(SECRET) not in others


@pytest.mark.parametrize("data", MADE)
def test_what_is_made_tells_its_key(data: bytes) -> None:
    made = keyfile.parse(PATH, data)
    assert made.is_checked
    assert keyfile.file_of(made) == data


@pytest.mark.parametrize("data", [*MADE, old(check=keyfile.check_value(SECRET))])
def test_a_key_that_was_changed_under_its_name_is_noticed(data: bytes) -> None:
    members = json.loads(data)
    name = "k" if members["kty"] == "oct" else "priv"
    for place in range(0, len(members[name]) - 1, 7):
        letter = "A" if members[name][place] != "A" else "B"
        text = members[name][:place] + letter + members[name][place + 1 :]
        assert judged(json.dumps(members | {name: text}).encode()) is None


def test_a_changed_key_is_not_the_registered_one_and_another_file_is_no_key_file() -> None:
    members = json.loads(MADE[0])
    for changed in ({"k": encoded(SECRET)}, {"kid": keyfile.check_value(SECRET)}):
        with pytest.raises(ChangedKey, match=r"k\.jwk") as caught:
            keyfile.parse(PATH, json.dumps(members | changed).encode())
        assert members["k"] not in caught.value.message
    with pytest.raises(BadKeyFile):
        keyfile.parse(PATH, json.dumps({**members, "check": "x"}).encode())


def test_old_files_go_on_and_a_converted_one_is_the_same_key() -> None:
    before = keyfile.parse(PATH, old())
    assert (before.kid, before.is_checked) == (RANDOM_KID, False)
    converted = keyfile.file_of(before)
    after = keyfile.parse(PATH, converted)
    assert (after.kid, after.secret, after.is_checked) == (RANDOM_KID, before.secret, True)
    assert keyfile.file_of(after) == converted


DEEP = 100_000
ODD_FILES = [
    b"", b"[]", b"null", b"7", b'"x"', b"{}", b"\xff\xfe", b"[" * DEEP, b'{"kty":' * DEEP,
    b'{"kty": "oct", "kid": ' + b"[" * 2000, b"9" * 5000, b'{"kid": ' + b"9" * 4000 + b"}",
    old(k=None), old(k=7), old(kid=7), old(kid=[]), old(kty=[]), old(kty={}), old(kty="AKP"),
    old(kid="x" * 21), old(kid="x" * 43), old(kid="x" * 44), old(check=None), old(check=7),
    old(check="x" * 43), old(check=""), old(made_by=7), old(made_by="x"), old(made_by="1" * 41),
    old(k=encoded(SECRET) + "="), old(k=encoded(SECRET[:31])), old(k="ä"), old(k="A B"),
    old(more="x"), old() + b" " * 4096, b" " * 4096 + old(), b" " * 20_000 + old(),
    old()[:-1] + b', "k": "' + encoded(bytes(32)).encode() + b'"}',
    old()[:-1] + b', "kty": "oct"}',
    b'{"kty": "AKP", "alg": [], "kid": "", "pub": "", "priv": ""}',
    MADE[2].replace(b'"alg"', b'"alg2"'), MADE[2].replace(b"X25519", b"RSA"),
]  # fmt: skip


@pytest.mark.parametrize("data", ODD_FILES, ids=range(len(ODD_FILES)))
def test_an_odd_file_is_refused_without_showing_it(data: bytes) -> None:
    assert judged(data) is None
    with pytest.raises(KeystoreError) as caught:
        keyfile.parse(PATH, data)
    assert encoded(SECRET) not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("name", KEMS)
@pytest.mark.parametrize("named_by", ["the bytes", "the text"])
def test_a_public_key_has_one_spelling(name: str, named_by: str) -> None:
    """The last letter of base64url has bits to spare, and padding is another spelling, too."""
    members = json.loads(keyfile.file_of(new_kem_key(name)))
    pub = members["pub"]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spare = pub[:-1] + letters[letters.index(pub[-1]) ^ 1]
    for odd in (spare, pub + "=", pub + "=="):
        text = json.dumps({"alg": name, "kty": "AKP", "pub": odd}, separators=(",", ":"))
        kid = encoded(sha256(text.encode()).digest()) if named_by == "the text" else members["kid"]
        assert judged(json.dumps(members | {"pub": odd, "kid": kid}).encode()) is None


@pytest.mark.parametrize("data", [*MADE, old()], ids=range(len(MADE) + 1))
def test_a_file_is_utf_8_and_may_begin_with_a_byte_order_mark(data: bytes) -> None:
    kid = json.loads(data)["kid"]
    assert judged(b"\xef\xbb\xbf" + data) == kid
    for encoding in ("utf-16", "utf-16-le", "utf-32-be"):
        assert judged(data.decode().encode(encoding)) is None


def test_a_file_may_have_as_many_bytes_as_the_limit() -> None:
    whole = old() + b" " * (keyfile.MAX_FILE_BYTES - len(old()))
    assert judged(whole) == RANDOM_KID
    assert judged(whole + b" ") is None


_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just(encoded(SECRET)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_names = st.sampled_from(["kty", "kid", "k", "check", "made_by", "alg", "pub", "priv", "x"])


@given(st.sampled_from([*MADE, old()]), st.dictionaries(_names, _values, max_size=3), st.booleans())
@example(old(), {"check": keyfile.check_value(SECRET)}, False)
def test_every_file_is_read_or_refused(data: bytes, members: dict[str, Any], cut: bool) -> None:
    changed = json.dumps(json.loads(data) | members).encode()
    judged(changed[: len(changed) // 2] if cut else changed)


@pytest.mark.parametrize("name", KEMS)
def test_the_server_refuses_a_public_key_that_is_not_the_private_ones(
    tmp_path: Path, name: str
) -> None:
    one, other = new_kem_key(name), new_kem_key(name)
    assert one.public is not None
    mixed = keyfile.kem_key(name, one.public, other.secret)
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    (folder / "a.jwk").write_bytes(keyfile.file_of(mixed))
    (folder / "a.jwk").chmod(0o600)
    with pytest.raises(ProviderRefused, match=r"a\.jwk is not a key file"):
        Keystore(folder, sql_may_create=True).read("a")
