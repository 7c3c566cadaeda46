"""Signed notes, keys and checkpoints: what the writer makes, and what both readers accept."""

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.crypto.note_signatures import is_signed
from kwshared.tlog import checkpoints, keys, notes, signatures
from kwshared.tlog.checkpoints import Checkpoint
from kwshared.tlog.keys import SignatureType, VerifierKey
from kwshared.tlog.merkle import EMPTY_ROOT
from kwshared.tlog.notes import Note, Signature
from kwshared.tlog.signatures import SignatureError
from kwshared.tlog.text import FormatError, check_name

from kwtools.evidence import checkpoints as auditor
from kwtools.evidence import public_keys, signed_notes
from kwtools.evidence.checkpoints import NotTrusted, Trust
from kwtools.evidence.lines import BadForm
from tests.signed_log import (
    LOG_ED25519,
    LOG_ML_DSA,
    ORIGIN,
    TIME,
    WITNESS,
    WITNESS_ED25519,
    WITNESS_ML_DSA,
    Key,
    Log,
    entries,
)

# c2sp.org/signed-note, "Example".
C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6T"
    "fXppzi2ONncA"
    "lTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
# golang.org/x/mod, sumdb/note/note_test.go.
PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqf"
    "qdngotpRZb6K"
    "E6RyyBwJnAM=\n"
)
ENOCH_KEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOT"
    "GwnWLox33WWd1"
    "RvMc+QQ=\n"
)
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
# transparency-dev/formats, log/note_test.go: a checkpoint of Go's checksum database.
SUMDB_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB_NOTE = (
    "go.sum database tree\n6476701\nmb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=\n\n— su"
    "m.golang.org"
    " Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3"
    "GeoWwOoAw=\n"
).encode()
# c2sp.org/tlog-cosignature: a checkpoint with a cosignature. Its keys are not published.
C2SP_CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN"
    "7u5/Zhcyv2q1g"
    "GzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9"
    "dlrDJsX3b2oyi"
    "n1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
).encode()
# transparency-dev/formats, note/note_cosigv1_test.go: the key of a witness.
WITNESS_KEY = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"

TEXT = str(Log(entries(5)).checkpoint())
LOG_KEYS = (LOG_ED25519, LOG_ML_DSA)
WITNESSES = (WITNESS_ED25519, WITNESS_ML_DSA)
LOG_TIMED = Key(ORIGIN, SignatureType.COSIGNATURE_ED25519, 5)


def trust(
    log: tuple[Key, ...] = LOG_KEYS,
    witnesses: tuple[Key, ...] = (),
    min_witnesses: int = 0,
    origin: str = ORIGIN,
) -> Trust:
    """Return what an auditor trusts, from the texts of keys."""
    read = [tuple(public_keys.read(str(key.verifier)) for key in some) for some in (log, witnesses)]
    return Trust(origin, read[0], read[1], min_witnesses)


def note_of(text: str, *lines: Signature) -> bytes:
    """Return a note of these lines."""
    return bytes(Note(text, lines))


def is_note(data: bytes) -> bool:
    """Say whether bytes are a note, of which both readers read the same."""
    try:
        note = notes.parse(data)
    except FormatError:
        with pytest.raises(BadForm):
            signed_notes.read(data)
        return False
    read = signed_notes.read(data)
    assert (read.text.decode(), [(one.name, one.key_id, one.data) for one in read.lines]) == (
        note.text,
        [tuple(one) for one in note.signatures],
    )
    assert bytes(note) == data
    return True


# -- notes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "data"),
    [
        (C2SP_KEY, C2SP_NOTE),
        (PETER_KEY, f"{GO_TEXT}\n{PETER_LINE}".encode()),
        (ENOCH_KEY, f"{GO_TEXT}\n{ENOCH_LINE}".encode()),
        (SUMDB_KEY, SUMDB_NOTE),
    ],
    ids=["c2sp", "go-peter", "go-enoch", "sumdb"],
)
def test_published_notes_verify(key: str, data: bytes) -> None:
    known = keys.parse(key)
    assert str(known) == key
    note = notes.parse(data)
    assert signatures.verify(note, [known], is_signed) == [signatures.Signed(known, None)]
    assert is_note(data)
    (line,) = signed_notes.read(data).lines
    read = public_keys.read(key)
    assert line.key_id == read.key_id
    assert read.has_signed(note.text.encode(), line.data)
    assert not read.has_signed(note.text.encode() + b"\n", line.data)


def test_a_note_is_signed_as_go_signs_it() -> None:
    peter = Key("PeterNeumann", SignatureType.ED25519, 0)
    peter.verifier, (_, peter.sign) = keys.parse(PETER_KEY), _signer(PETER_SEED)
    assert note_of(GO_TEXT, peter.line(GO_TEXT)) == f"{GO_TEXT}\n{PETER_LINE}".encode()


def _signer(seed: bytes) -> tuple[bytes, Callable[[bytes], bytes]]:
    from kwruntime.crypto.note_signatures import signer

    return signer(SignatureType.ED25519, seed)


def test_signatures_of_unknown_keys_are_ignored_and_a_known_one_is_required() -> None:
    """As golang.org/x/mod's TestOpen, whose lines these are."""
    peter, enoch = keys.parse(PETER_KEY), keys.parse(ENOCH_KEY)
    note = notes.parse(f"{GO_TEXT}\n{PETER_LINE}{ENOCH_LINE}".encode())
    assert [one.key for one in signatures.verify(note, [peter], is_signed)] == [peter]
    both = signatures.verify(note, [enoch, peter, enoch], is_signed)
    assert [one.key for one in both] == [peter, enoch]
    with pytest.raises(SignatureError, match="no known key signed the note"):
        signatures.verify(note, [], is_signed)
    misnamed = PETER_LINE.replace("PeterNeumann", "CarmenSandiego")
    note = notes.parse(f"{GO_TEXT}\n{misnamed}".encode())
    with pytest.raises(SignatureError, match="no known key signed the note"):
        signatures.verify(note, [peter], is_signed)


def test_a_key_that_signs_twice_counts_once() -> None:
    peter = keys.parse(PETER_KEY)
    note = notes.parse(f"{GO_TEXT}\n{PETER_LINE}{PETER_LINE}{ENOCH_LINE}".encode())
    assert len(signatures.verify(note, [peter], is_signed)) == 1


def test_every_line_of_a_known_key_must_be_valid() -> None:
    peter = keys.parse(PETER_KEY)
    bad = Signature("PeterNeumann", peter.key_id, bytes(64))
    for lines in ((bad,), (_line(PETER_LINE), bad), (bad, _line(PETER_LINE))):
        with pytest.raises(SignatureError, match='signature by "PeterNeumann" is not valid'):
            signatures.verify(Note(GO_TEXT, lines), [peter], is_signed)


def _line(text: str) -> Signature:
    return notes.parse(f"x\n\n{text}".encode()).signatures[0]


def test_two_keys_with_one_name_and_id_are_refused() -> None:
    peter = keys.parse(PETER_KEY)
    note = notes.parse(f"{GO_TEXT}\n{PETER_LINE}".encode())

    class Colliding(VerifierKey):
        @property
        def key_id(self) -> bytes:
            return peter.key_id

    other = Colliding("PeterNeumann", SignatureType.ED25519, bytes(32))
    with pytest.raises(ValueError, match="the same key id"):
        signatures.verify(note, [peter, other], is_signed)


@pytest.mark.parametrize(
    "data",
    [
        GO_TEXT,
        f"{GO_TEXT}\n",
        f"{GO_TEXT}{PETER_LINE}",
        f"{GO_TEXT}\n{PETER_LINE}"[:-1],
        f"\x01{GO_TEXT}\n{PETER_LINE}",
        f"\t{GO_TEXT}\n{PETER_LINE}",
        f"{GO_TEXT}\n{PETER_LINE}".replace("\n", "\r\n"),
        f"{GO_TEXT}\n{PETER_LINE}".encode() + b"\xff\n",
        f"\ud800{GO_TEXT}\n{PETER_LINE}".encode(errors="surrogatepass"),
        f"{GO_TEXT}\n{PETER_LINE}Unexpected line.\n",
        f"{GO_TEXT}\n{PETER_LINE}\n",
        f"{GO_TEXT}\n— Bad Name {PETER_LINE.split(' ')[2]}",
        f"{GO_TEXT}\n— Bad\u00a0Name {PETER_LINE.split(' ')[2]}",
        f"{GO_TEXT}\n— Bad\u2028Name {PETER_LINE.split(' ')[2]}",
        f"{GO_TEXT}\n— Bad+Name {PETER_LINE.split(' ')[2]}",
        f"{GO_TEXT}\n—  {PETER_LINE.split(' ')[2]}",
        f"{GO_TEXT}\n- PeterNeumann {PETER_LINE.split(' ')[2]}",
        f"{GO_TEXT}\n—\u00a0PeterNeumann {PETER_LINE.split(' ')[2]}",
        f"{GO_TEXT}\n— PeterNeumann  {PETER_LINE.split(' ')[2]}",
        f"{GO_TEXT}\n— PeterNeumann x08gow==\n",  # a key id and nothing
        f"{GO_TEXT}\n— PeterNeumann x08goA\n",
        f"{GO_TEXT}\n— PeterNeumann x08go/Z\n",
        f"{GO_TEXT}\n— PeterNeumann x08go/b=\n",  # bits after the last byte
        f"{GO_TEXT}\n— PeterNeumann x08g o/ZJ\n",
        f"{GO_TEXT}\n— PeterNeumann x08go_ZJ\n",
        f"{GO_TEXT}\n— PeterNeumann ====\n",
        f"{GO_TEXT}\n{PETER_LINE * 101}",
        "x" * 1_000_000 + f"\n\n{PETER_LINE}",
        f"\n{PETER_LINE}",
        "",
    ],
)
def test_a_malformed_note_is_refused(data: str | bytes) -> None:
    assert not is_note(data if isinstance(data, bytes) else data.encode())


def test_odd_notes_that_are_valid_are_read() -> None:
    for text in ("\n", "\n\n", "a\n\nb\n\n", "— a line\n", "\u2028\u0085\u00a0é\n", PETER_LINE):
        assert is_note(f"{text}\n{PETER_LINE}".encode())
    assert is_note(f"{GO_TEXT}\n{PETER_LINE * 100}".encode())


@pytest.mark.parametrize(
    "note",
    [
        Note("no newline", (_line(PETER_LINE),)),
        Note("", (_line(PETER_LINE),)),
        Note("a\tb\n", (_line(PETER_LINE),)),
        Note("a\n", ()),
        Note("a\n", (Signature("a b", bytes(4), b"x"),)),
        Note("a\n", (Signature("a", bytes(3), b"xy"),)),
        Note("a\n", (Signature("a", bytes(4), b""),)),
    ],
)
def test_a_note_that_nobody_could_read_is_not_written(note: Note) -> None:
    with pytest.raises(FormatError):
        bytes(note)


NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="+"), min_size=1
)
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]))
NOTES = st.builds(
    Note,
    st.lists(LINES, min_size=1).map(lambda lines: "".join(f"{line}\n" for line in lines)),
    st.lists(
        st.builds(Signature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1)),
        min_size=1,
        max_size=5,
    ).map(tuple),
)


@given(NOTES)
def test_a_note_that_was_written_reads_the_same(note: Note) -> None:
    assert is_note(bytes(note))
    assert notes.parse(bytes(note)) == note


@given(st.binary(max_size=60), st.integers(0, len(C2SP_CHECKPOINT)), st.integers(0, 8))
def test_both_readers_refuse_the_same_bytes(new: bytes, start: int, length: int) -> None:
    is_note(new)
    is_note(C2SP_CHECKPOINT[:start] + new + C2SP_CHECKPOINT[start + length :])


# -- verifier keys --------------------------------------------------------------------------------


def is_key(text: str) -> bool:
    """Say whether a text is a verifier key, which both readers read alike."""
    try:
        key = keys.parse(text)
    except FormatError:
        with pytest.raises(BadForm):
            public_keys.read(text)
        return False
    read = public_keys.read(text)
    assert (read.name, read.kind, read.data) == tuple(key)
    assert read.key_id == key.key_id
    assert str(key) == text
    return True


def test_a_changed_or_shortened_verifier_key_is_refused() -> None:
    """As golang.org/x/mod's TestNewVerifier."""
    assert is_key(PETER_KEY)
    for start in range(len(PETER_KEY) + 1):
        for end in range(start + 1, len(PETER_KEY) + 1):
            assert is_key(PETER_KEY[start:end]) == ((start, end) == (0, len(PETER_KEY)))
    for place, character in enumerate(PETER_KEY):
        changed = PETER_KEY[:place] + chr(ord(character) + 1) + PETER_KEY[place + 1 :]
        assert not is_key(changed)
    assert not is_key("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==")
    assert not is_key("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert not is_key(PETER_KEY.replace("c74f20a3", "C74F20A3"))
    assert not is_key("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert not is_key("\ud800" + PETER_KEY)


@pytest.mark.parametrize("key", [*LOG_KEYS, *WITNESSES], ids=lambda key: key.verifier.type.name)
def test_keys_of_every_type_are_read(key: Key) -> None:
    assert is_key(str(key.verifier))


def test_the_published_key_of_a_witness_is_read() -> None:
    assert is_key(WITNESS_KEY)
    assert keys.parse(WITNESS_KEY).type is SignatureType.COSIGNATURE_ED25519


def test_one_public_key_has_another_id_for_each_type_and_name() -> None:
    public = LOG_ED25519.verifier.public
    ids = {
        VerifierKey(name, kind, public).key_id
        for name in ("a", "b")
        for kind in (SignatureType.ED25519, SignatureType.COSIGNATURE_ED25519)
    }
    assert len(ids) == 4


def test_a_key_that_cannot_be_used_is_not_written() -> None:
    for key in (
        VerifierKey("a b", SignatureType.ED25519, bytes(32)),
        VerifierKey("a", SignatureType.ED25519, bytes(31)),
        VerifierKey("a", SignatureType.COSIGNATURE_ML_DSA_44, bytes(32)),
        VerifierKey("a" * 256, SignatureType.COSIGNATURE_ML_DSA_44, bytes(1312)),
    ):
        with pytest.raises(FormatError):
            str(key)


@pytest.mark.parametrize("key", [*LOG_KEYS, *WITNESSES], ids=lambda key: key.verifier.type.name)
def test_a_malformed_public_key_has_signed_nothing(key: Key) -> None:
    message = signatures.message(key.verifier, TEXT, None if key is LOG_ED25519 else TIME)
    signature = key.sign(message)
    name, kind, public = key.verifier
    for data, expected in ((public, True), (public[:-1], False), (b"", False)):
        assert is_signed(VerifierKey(name, kind, data), message, signature) == expected
        read = public_keys.PublicKey(name, kind, data)
        assert read.has_signed(message, signature) == expected


# -- checkpoints ----------------------------------------------------------------------------------


def test_the_published_checkpoint_is_read() -> None:
    note = notes.parse(C2SP_CHECKPOINT)
    root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    found = checkpoints.parse(note.text)
    assert found == Checkpoint("example.com/behind-the-sofa", 20852163, root)
    assert str(found) == note.text
    assert is_note(C2SP_CHECKPOINT)
    time = int.from_bytes(note.signatures[1].data[:8], "big")
    assert time == 1679315147  # as the document's signed message has it


def test_a_cosignature_signs_the_message_of_the_specification() -> None:
    text = notes.parse(C2SP_CHECKPOINT).text
    witness = VerifierKey("w", SignatureType.COSIGNATURE_ED25519, bytes(32))
    assert signatures.message(witness, text, 1679315147).decode() == (
        "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )
    witness = VerifierKey("w/1", SignatureType.COSIGNATURE_ML_DSA_44, bytes(1312))
    assert signatures.message(witness, text, 1679315147) == (
        b"subtree/v1\n\x00\x03w/1" + (1679315147).to_bytes(8, "big")
        + b"\x1bexample.com/behind-the-sofa" + bytes(8) + (20852163).to_bytes(8, "big")
        + base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    )  # fmt: skip


ROOT = base64.b64encode(bytes(range(32))).decode()


@pytest.mark.parametrize(
    "text",
    [
        "o\n1\n",
        f"\n1\n{ROOT}\n",
        f"o\n\n{ROOT}\n",
        f"o\n1\n{ROOT}\n\n",
        f"o\n1\n{ROOT}\n\nx\n",
        f"o\n01\n{ROOT}\n",
        f"o\n+1\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n1 \n{ROOT}\n",
        f"o\n0x1\n{ROOT}\n",
        f"o\n١\n{ROOT}\n",  # an Arabic digit one
        f"o\n{1 << 63}\n{ROOT}\n",
        f"o\n{'9' * 5000}\n{ROOT}\n",
        f"o\n0\n{ROOT}\n",  # not the root of an empty tree
        f"o\n1\n{ROOT[:-4]}\n",
        f"o\n1\n{ROOT}AAAA\n",
        f"o\n1\n{ROOT[:-2]}9=\n",  # bits after the last byte
        f"o\n1\n {ROOT}\n",
        f"o\n1\n{ROOT}\r\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        checkpoints.parse(text)
    data = f"{text}\n".encode() + b"\n" + str(LOG_ED25519.line("x\n")).encode()
    with pytest.raises(BadForm):
        auditor.open_checkpoint(data.replace(b"\n\n\n", b"\n\n"), trust(LOG_KEYS[:1]))


def test_a_checkpoint_without_its_last_newline_is_refused() -> None:
    with pytest.raises(FormatError):
        checkpoints.parse(f"o\n1\n{ROOT}")


CHECKPOINTS = st.builds(
    Checkpoint,
    LINES.filter(bool),
    st.integers(1, (1 << 63) - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(LINES.filter(bool), max_size=3).map(tuple),
)


@given(CHECKPOINTS)
def test_a_checkpoint_that_was_written_reads_the_same(checkpoint: Checkpoint) -> None:
    assert checkpoints.parse(str(checkpoint)) == checkpoint
    assert checkpoints.parse(str(Checkpoint("o", 0, EMPTY_ROOT))).root == EMPTY_ROOT


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("", 1, bytes(32)),
        Checkpoint("a\nb", 1, bytes(32)),
        Checkpoint("a\tb", 1, bytes(32)),
        Checkpoint("a", -1, bytes(32)),
        Checkpoint("a", 1 << 63, bytes(32)),
        Checkpoint("a", 1, bytes(31)),
        Checkpoint("a", 0, bytes(32)),
        Checkpoint("a", 1, bytes(32), ("",)),
        Checkpoint("a", 1, bytes(32), ("b\nc",)),
    ],
)
def test_a_checkpoint_that_nobody_could_read_is_not_written(checkpoint: Checkpoint) -> None:
    with pytest.raises(FormatError):
        str(checkpoint)


# -- signed checkpoints ---------------------------------------------------------------------------


@given(CHECKPOINTS, st.integers(0, (1 << 63) - 1))
def test_both_readers_verify_what_was_signed(checkpoint: Checkpoint, time: int) -> None:
    origin = checkpoint.origin.replace(" ", "_")[:60]
    kinds = [(SignatureType.ED25519, 1), (SignatureType.COSIGNATURE_ML_DSA_44, 2)]
    try:
        own = tuple(Key(check_name(origin), *kind) for kind in kinds)
    except FormatError:  # a space of Unicode, or a plus sign
        return
    text = str(checkpoint._replace(origin=origin))
    data = note_of(text, *[key.line(text, time) for key in (*own, *WITNESSES)])
    found = signatures.verify(
        notes.parse(data), [key.verifier for key in (*own, *WITNESSES)], is_signed
    )
    assert [one.time for one in found] == [None, time, time, time]
    opened = auditor.open_checkpoint(data, trust(own, WITNESSES, 1, origin))
    assert (opened.size, opened.root) == (checkpoint.size, checkpoint.root)
    assert (opened.origin, opened.extensions) == (origin, checkpoint.extensions)
    assert opened.witnessed == {WITNESS: time}


@given(st.integers(0, 8 * len(TEXT) - 1), st.sampled_from([*LOG_KEYS, *WITNESSES]))
def test_a_changed_bit_of_text_or_signature_fails(bit: int, key: Key) -> None:
    data = note_of(TEXT, key.line(TEXT))
    changed = bytearray(data)
    place = bit // 8
    changed[place] ^= 1 << bit % 8
    with pytest.raises((FormatError, SignatureError)):
        signatures.verify(notes.parse(bytes(changed)), [key.verifier], is_signed)
    line = key.line(TEXT)
    spoiled = bytearray(line.data)
    spoiled[bit % len(spoiled)] ^= 1
    spoiled_note = Note(TEXT, (line._replace(data=bytes(spoiled)),))
    with pytest.raises(SignatureError):
        signatures.verify(spoiled_note, [key.verifier], is_signed)
    if key in LOG_KEYS:
        for one in (bytes(changed), bytes(spoiled_note)):
            with pytest.raises((BadForm, NotTrusted)):
                auditor.open_checkpoint(one, trust((key,)))


def test_a_signature_of_another_length_or_time_fails() -> None:
    for key in (*LOG_KEYS, *WITNESSES):
        line = key.line(TEXT)
        for data in (
            line.data[:-1],
            line.data + b"\x00",
            line.data[:1],
            b"\xff" + line.data[1:],  # a time above 2^63
            line.data[8:],
        ):
            note = Note(TEXT, (line._replace(data=data),))
            with pytest.raises(SignatureError, match="is not valid"):
                signatures.verify(note, [key.verifier], is_signed)
            if key in LOG_KEYS:
                with pytest.raises(NotTrusted, match="is not valid"):
                    auditor.open_checkpoint(bytes(note), trust((key,)))


def test_a_signed_time_above_the_limit_fails() -> None:
    """C2SP tlog-cosignature: it must not exceed 2^63 - 1."""
    key, time = LOG_TIMED, 1 << 63
    signed = key.sign(f"cosignature/v1\ntime {time}\n{TEXT}".encode())
    line = Signature(ORIGIN, key.verifier.key_id, time.to_bytes(8, "big") + signed)
    with pytest.raises(SignatureError, match="is not valid"):
        signatures.verify(Note(TEXT, (line,)), [key.verifier], is_signed)
    with pytest.raises(NotTrusted, match="is not valid"):
        auditor.open_checkpoint(note_of(TEXT, line), trust((key,)))
    data = note_of(TEXT, key.line(TEXT, time - 1))
    assert auditor.open_checkpoint(data, trust((key,))).size == 5


def test_a_cosignature_of_what_is_not_a_checkpoint_fails() -> None:
    line = WITNESS_ED25519.line(TEXT)
    with pytest.raises(SignatureError, match="is not valid"):
        signatures.verify(Note(GO_TEXT, (line,)), [WITNESS_ED25519.verifier], is_signed)
    with pytest.raises(FormatError):
        WITNESS_ED25519.line(GO_TEXT)


def test_a_time_is_given_for_cosignatures_and_only_for_them() -> None:
    for key, time in ((LOG_ED25519, TIME), (WITNESS_ED25519, None)):
        with pytest.raises(ValueError, match="time"):
            signatures.sign(TEXT, key.verifier, key.sign, time)


def test_ml_dsa_does_not_sign_further_lines_and_ed25519_does() -> None:
    """C2SP tlog-cosignature says so: the log's Ed25519 signature covers them."""
    more = TEXT + "further\n"
    line = LOG_ML_DSA.line(TEXT)
    assert signatures.verify(Note(more, (line,)), [LOG_ML_DSA.verifier], is_signed)
    for key in (LOG_ED25519, WITNESS_ED25519):
        with pytest.raises(SignatureError):
            signatures.verify(Note(more, (key.line(TEXT),)), [key.verifier], is_signed)


def test_names_and_origins_too_long_for_ml_dsa_are_refused() -> None:
    long = str(Checkpoint("o" * 256, 1, bytes(32)))
    with pytest.raises(FormatError, match="too long"):
        LOG_ML_DSA.line(long)
    with pytest.raises(FormatError, match="too long"):
        Key("o" * 256, SignatureType.COSIGNATURE_ML_DSA_44, 1).line(TEXT)
    line = WITNESS_ML_DSA.line(TEXT)
    with pytest.raises(SignatureError, match="too long"):
        signatures.verify(Note(long, (line,)), [WITNESS_ML_DSA.verifier], is_signed)


# -- what an auditor trusts -----------------------------------------------------------------------


def test_each_type_of_the_logs_keys_must_have_signed() -> None:
    """So nobody who forges one of two algorithms takes the other signature away."""
    for key, kind in ((LOG_ED25519, 6), (LOG_ML_DSA, 1)):
        data = note_of(TEXT, key.line(TEXT))
        assert auditor.open_checkpoint(data, trust((key,))).size == 5
        with pytest.raises(NotTrusted, match=f"no signature of type {kind} by key") as refused:
            auditor.open_checkpoint(data, trust())
        said = str(refused.value)
        assert said.endswith(f"of the log: it is signed by {key.verifier.key_id.hex()}")
        assert "verifier key" in refused.value.hint
    with pytest.raises(NotTrusted, match="it is not signed by the log"):
        auditor.open_checkpoint(note_of(TEXT, WITNESS_ED25519.line(TEXT)), trust())


def test_two_keys_of_one_type_may_overlap() -> None:
    new = Key(ORIGIN, SignatureType.ED25519, 9)
    for key in (LOG_ED25519, new):
        data = note_of(TEXT, key.line(TEXT), LOG_ML_DSA.line(TEXT))
        assert auditor.open_checkpoint(data, trust((*LOG_KEYS, new))).origin == ORIGIN


def test_a_checkpoint_of_another_log_is_refused() -> None:
    other = Log(entries(5), "other.example/kwtools/1/0").checkpoint()
    data = note_of(str(other), *[key.line(str(other)) for key in LOG_KEYS])
    with pytest.raises(
        NotTrusted, match=f'it is of the log "other.example/kwtools/1/0", not "{ORIGIN}"'
    ):
        auditor.open_checkpoint(data, trust())


def test_witnesses_are_counted_by_name_and_give_their_earliest_time() -> None:
    second = Key("witness.example/w2", SignatureType.COSIGNATURE_ED25519, 7)
    known = (*WITNESSES, second)
    own = [key.line(TEXT) for key in LOG_KEYS]
    for times in ((200, 100), (100, 200)):
        lines = map(Key.line, WITNESSES, (TEXT, TEXT), times)
        data = note_of(TEXT, *own, *lines)
        found = auditor.open_checkpoint(data, trust(LOG_KEYS, known, 1))
        assert found.witnessed == {WITNESS: 100}
    with pytest.raises(NotTrusted, match="1 witnesses cosigned it, not 2"):
        auditor.open_checkpoint(data, trust(LOG_KEYS, known, 2))
    data = note_of(TEXT, *own, WITNESS_ED25519.line(TEXT, 200), second.line(TEXT, 300))
    found = auditor.open_checkpoint(data, trust(LOG_KEYS, known, 2))
    assert found.witnessed == {WITNESS: 200, "witness.example/w2": 300}


def test_an_invalid_cosignature_of_a_known_witness_spoils_a_checkpoint() -> None:
    line = WITNESS_ED25519.line(str(Log(entries(6)).checkpoint()))
    data = note_of(TEXT, *[key.line(TEXT) for key in LOG_KEYS], line)
    with pytest.raises(NotTrusted, match=f'its signature by "{WITNESS}" is not valid'):
        auditor.open_checkpoint(data, trust(LOG_KEYS, WITNESSES))
    assert auditor.open_checkpoint(data, trust()).witnessed == {}


def test_trust_requires_keys_that_fit() -> None:
    for log, witnesses, origin in (
        ((), (), ORIGIN),
        (LOG_KEYS, (), "other"),
        (LOG_KEYS, (Key(WITNESS, SignatureType.ED25519, 1),), ORIGIN),
        (LOG_KEYS, (LOG_ML_DSA,), ORIGIN),
    ):
        with pytest.raises(BadForm, match="the key"):
            trust(log, witnesses, 0, origin)
