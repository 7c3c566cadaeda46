"""Tiles and bundles, and a whole log of them, rebuilt by the auditor's reader."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwshared.tlog import tiles
from kwshared.tlog.text import FormatError
from kwshared.tlog.tiles import Tile

from kwtools.evidence import rebuilding, tile_files
from kwtools.evidence.checkpoints import Checkpoint, Trust, open_checkpoint
from kwtools.evidence.lines import BadForm
from kwtools.evidence.public_keys import read
from kwtools.evidence.tile_files import Folder
from tests.signed_log import LOG_ED25519, LOG_ML_DSA, ORIGIN, Log, entries

TRUST = Trust(ORIGIN, tuple(read(str(key.verifier)) for key in (LOG_ED25519, LOG_ML_DSA)))


# -- paths ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("tile/0/x001/x234/067", Tile(0, 1234067)),  # c2sp.org/tlog-tiles
        ("tile/entries/x001/x234/067", Tile(None, 1234067)),
        # golang.org/x/mod, sumdb/tlog/tlog_test.go, without its height
        ("tile/0/001", Tile(0, 1)),
        ("tile/0/001.p/5", Tile(0, 1, 5)),
        ("tile/5/x123/x456/078", Tile(5, 123456078)),
        ("tile/5/x123/x456/078.p/2", Tile(5, 123456078, 2)),
        ("tile/0/x003/x057/500", Tile(0, 3057500)),
        ("tile/63/000.p/255", Tile(63, 0, 255)),
        ("tile/0/x001/000", Tile(0, 1000)),
        ("tile/0/999", Tile(0, 999)),
    ],
)
def test_a_tile_has_the_path_of_the_specification(path: str, tile: Tile) -> None:
    assert str(tile) == path
    assert tiles.parse_path(path) == tile
    kind = tile_files.ENTRIES if tile.level is None else tile.level
    assert tile_files.path_of(kind, tile.number, tile.width) == path


@pytest.mark.parametrize(
    "path",
    [
        "tile/5/123/456/078", "tile/-1/x123/x456/078", "tile/data/x003/x057/500", "tile/64/000",
        "tile/00/000", "tile/0/00", "tile/0/0000", "tile/0/x000/001", "tile/0/x001", "tile/0/",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "/tile/0/000",
        "tile/0/000/", "tile/0/x001/../000", "tile/0/٠٠٠", "tile/0/000\n", "tile/entries", "",
        "tile/0/" + "x999/" * 6 + "999", "tile/0/" + "x999/" * 2000 + "999",
    ],
)  # fmt: skip
def test_what_is_not_the_path_of_a_tile_is_refused(path: str) -> None:
    with pytest.raises(FormatError):
        tiles.parse_path(path)


@given(
    st.builds(
        Tile,
        st.none() | st.integers(0, 63),
        st.integers(0, (1 << 63) - 1),
        st.integers(1, 256),
    )
)
def test_a_path_that_was_written_reads_the_same(tile: Tile) -> None:
    assert tiles.parse_path(str(tile)) == tile
    kind = tile_files.ENTRIES if tile.level is None else tile.level
    assert tile_files.path_of(kind, tile.number, tile.width) == str(tile)


def test_a_tile_that_cannot_be_is_not_written() -> None:
    for tile in (Tile(64, 0), Tile(-1, 0), Tile(0, -1), Tile(0, 0, 0), Tile(0, 0, 257)):
        with pytest.raises(FormatError):
            str(tile)


# -- which tiles a log has ------------------------------------------------------------------------


def test_a_tree_of_70000_has_the_tiles_of_the_specification() -> None:
    found = Counter((tile.level, tile.width) for tile in tiles.grown(0, 70_000))
    assert found == {(0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1}
    found = Counter((tile.level, tile.width) for tile in tiles.grown(0, 256))
    assert found == {(0, 256): 1, (1, 1): 1}
    assert list(tiles.grown(0, 0)) == []


@given(st.integers(0, 1 << 20), st.integers(0, 3000))
def test_growing_in_two_steps_writes_the_tiles_of_one(old: int, more: int) -> None:
    def widest(found: Sequence[Tile]) -> dict[tuple[int | None, int], int]:
        return {(tile.level, tile.number): tile.width for tile in found}

    size = old + more
    first, second = list(tiles.grown(0, old)), list(tiles.grown(old, size))
    assert widest([*first, *second]) == widest(list(tiles.grown(0, size)))
    assert not set(first) & set(second)
    for tile in second:
        assert tile == tiles.tile_of(tile.level or 0, tile.number, size)


def test_a_tile_beyond_the_tree_is_refused() -> None:
    for level, number in ((0, 1), (1, 1), (2, 0)):
        with pytest.raises(ValueError, match="tile is not in the tree"):
            tiles.tile_of(level, number, 256)


# -- bytes ----------------------------------------------------------------------------------------


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_a_bundle_that_was_written_reads_the_same(some: list[bytes]) -> None:
    data = tiles.write_entries(some)
    assert tiles.read_entries(data, len(some)) == some
    files = _Files({tile_files.path_of("entries", 0, len(some)): data})
    assert tile_files.read_entries(files, 0, len(some)) == some


def test_a_bundle_has_lengths_of_two_bytes() -> None:
    assert tiles.write_entries([b"", b"ab"]) == bytes.fromhex("0000 0002 6162")
    longest = bytes(65_535)
    assert tiles.read_entries(tiles.write_entries([longest]), 1) == [longest]
    with pytest.raises(FormatError, match="entry is longer than 65535 bytes"):
        tiles.write_entries([longest + b"x"])


def bundle_reads(data: bytes, width: int) -> bool:
    """Say whether a bundle is read; both readers agree."""
    files = _Files({tile_files.path_of("entries", 0, width): data})
    try:
        found = tiles.read_entries(data, width)
    except FormatError:
        with pytest.raises(BadForm):
            tile_files.read_entries(files, 0, width)
        return False
    assert tiles.write_entries(found) == data
    assert tile_files.read_entries(files, 0, width) == found
    return True


def test_a_bundle_with_too_few_or_too_many_bytes_is_refused() -> None:
    data = tiles.write_entries([b"a", b"bc"])
    assert bundle_reads(data, 2)
    for end in range(len(data)):
        assert not bundle_reads(data[:end], 2)
    for more in (b"x", b"\x00\x00", b"\x00\x01x"):
        assert not bundle_reads(data + more, 2)


@given(st.binary(max_size=20), st.integers(1, 4))
def test_both_readers_refuse_the_same_bundles(data: bytes, width: int) -> None:
    bundle_reads(data, width)


def test_tiles_of_wrong_lengths_are_refused() -> None:
    for data, width in ((b"", 1), (bytes(31), 1), (bytes(33), 1), (bytes(64), 1), (bytes(32), 2)):
        with pytest.raises(FormatError):
            tiles.read_hashes(data, width)
        with pytest.raises(BadForm):
            tile_files.read_hashes(_Files({tile_files.path_of(0, 0, width): data}), 0, 0, width)
    for hashes in ([], [bytes(32)] * 257, [bytes(31)]):
        with pytest.raises(FormatError):
            tiles.write_hashes(hashes)
    for some in ([], [b""] * 257):
        with pytest.raises(FormatError):
            tiles.write_entries(some)


class _Files:
    """Files in memory."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def read(self, path: str) -> bytes | None:
        return self._files.get(path)


# -- a whole log ----------------------------------------------------------------------------------


def opened(log: Log, size: int | None = None) -> Checkpoint:
    """Return a checkpoint of a log as an auditor has it, its signatures verified."""
    return open_checkpoint(log.signed(size), TRUST)


def problems(log: Log, checkpoint: Checkpoint, *earlier: Checkpoint) -> list[str]:
    """Return what an auditor finds in a log."""
    return list(rebuilding.problems(log, checkpoint, earlier))


def edited(log: Log, change: Callable[[list[bytes]], object]) -> Log:
    """Return the log that somebody makes who edits entries and then writes every tile again."""
    changed = log.entries.copy()
    change(changed)
    return Log(changed)


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 70_000])
def test_a_log_is_rebuilt(size: int) -> None:
    log = Log(entries(size))
    earlier = [opened(log, old) for old in {0, 1, 255, 256, 257, size // 2, size} if old <= size]
    assert problems(log, opened(log), *earlier) == []


def test_a_log_that_grew_is_rebuilt_with_an_older_checkpoint() -> None:
    """A partial tile may be gone once the full one is there, which begins with it."""
    log, older = Log(entries(1000)), Log(entries(300))
    assert "tile/0/001.p/44" in older.files
    assert "tile/0/001.p/44" not in log.files
    log.files["tile/1/000.p/1"] = older.files["tile/1/000.p/1"]
    assert problems(log, opened(log, 300)) == []
    log.files.pop("tile/0/003.p/232")
    assert problems(log, opened(log, 768)) == []


@given(st.integers(1, 600), st.data())
def test_every_changed_byte_of_a_log_is_found(size: int, data: st.DataObject) -> None:
    log = Log(entries(size))
    checkpoint = opened(log)
    path = data.draw(st.sampled_from(sorted(log.files)))
    place = data.draw(st.integers(0, len(log.files[path]) - 1))
    changed = bytearray(log.files[path])
    changed[place] ^= data.draw(st.integers(1, 255))
    log.files[path] = bytes(changed)
    assert problems(log, checkpoint)


def test_an_edited_entry_is_named() -> None:
    log = Log(entries(1000))
    bundle = log.files["tile/entries/001"]
    log.files["tile/entries/001"] = bundle.replace(b'"event": 300}', b'"event": 999}')
    assert problems(log, opened(log)) == ["entry 300 does not have the hash that is in tile/0/001"]


def test_an_edited_tile_is_named() -> None:
    log = Log(entries(1000))
    hashes = tiles.read_hashes(log.files["tile/1/000.p/3"], 3)
    log.files["tile/1/000.p/3"] = tiles.write_hashes([hashes[0], bytes(32), hashes[2]])
    assert problems(log, opened(log)) == [
        "hash 1 of tile/1/000.p/3 is not that of the tile below it"
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda some: some.__setitem__(300, b"other"),
        lambda some: some.pop(300) and some.append(b"another"),
        lambda some: some.__setitem__(slice(300, 302), [some[301], some[300]]),
        lambda some: some.insert(300, b"more") or some.pop(),
    ],
    ids=["edited", "deleted", "reordered", "inserted"],
)
def test_a_log_that_was_written_again_has_another_root_hash(
    change: Callable[[list[bytes]], object],
) -> None:
    log = Log(entries(1000))
    forged = edited(log, change)
    found = "entries do not have the root hash of their checkpoint"
    assert problems(forged, opened(log)) == [f"the first 1000 {found}"]
    # Who has the log's key signs the forged log: an earlier checkpoint kept elsewhere tells.
    assert problems(forged, opened(forged)) == []
    assert problems(forged, opened(forged), opened(log, 200)) == []
    assert problems(forged, opened(forged), opened(log, 200), opened(log, 500)) == [
        f"the first 500 {found}"
    ]


def test_a_truncated_log_is_found() -> None:
    log, shorter = Log(entries(1000)), Log(entries(900))
    assert problems(shorter, opened(shorter), opened(log)) == [
        "a checkpoint of size 1000 is larger: entries were removed from the end"
    ]
    assert problems(shorter, opened(log)) == ["tile/0/003.p/232 is missing"]


def test_a_log_that_was_started_again_is_found() -> None:
    log = Log(entries(10))
    again = replace(opened(log), origin="db.example.com/kwtools/0b5a/1")
    assert problems(log, again, opened(log)) == [
        f'a checkpoint of size 10 is of another log, "{ORIGIN}"'
    ]


@pytest.mark.parametrize("path", ["tile/0/001", "tile/entries/003.p/232", "tile/1/000.p/3"])
def test_a_missing_or_endless_file_is_named(path: str) -> None:
    log = Log(entries(1000))
    del log.files[path]
    assert problems(log, opened(log)) == [f"{path} is missing"]
    log.files[path] = bytes(tile_files.MAX_FILE_BYTES + 1)
    assert problems(log, opened(log)) == [f"{path} is too long"]


def test_a_folder_is_read_and_nothing_outside_it(tmp_path: Path) -> None:
    log = Log(entries(300))
    folder = tmp_path / "log"
    for path, data in log.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    assert list(rebuilding.problems(Folder(folder), opened(log))) == []
    tile = folder / "tile" / "0" / "000"
    outside = tmp_path / "outside"
    tile.rename(outside)
    tile.symlink_to(outside)
    assert list(rebuilding.problems(Folder(folder), opened(log))) == ["tile/0/000 is missing"]
    tile.unlink()
    tile.mkdir()
    assert list(rebuilding.problems(Folder(folder), opened(log))) == ["tile/0/000 is missing"]
