"""Both keystores when the system fails them: what is left, and what is said."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kwruntime.errors import KwError, ProviderRefused, ProviderUnreachable
from kwruntime.kms.keystore import Keystore
from kwshared.keyfile import new_key

from kwtools.keystore import Keystore as CommandKeystore

STEPS = ("open", "write", "fchmod", "fsync", "link", "unlink", "close")
CODES = {
    "ENOSPC": ("KW203", "Free space"), "EDQUOT": ("KW203", "quota"),
    "EFBIG": ("KW203", "ulimit -f"),
    "EROFS": ("KW203", "read-write"), "EIO": ("KW203", "disk"), "EACCES": ("KW203", "folder above"),
    "EMFILE": ("KW204", "LimitNOFILE"), "ENFILE": ("KW204", "fs.file-max"),
    "ENOMEM": ("KW204", "memory"), "ESTALE": ("KW204", ""), "EXDEV": ("KW203", ""),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "keys"
    made.mkdir(mode=0o700)
    return made


def by_server(folder: Path) -> None:
    Keystore(folder, sql_may_create=True).create("a")


def by_command(folder: Path) -> None:
    CommandKeystore(folder, os.geteuid(), os.getegid(), 0o600).add("a", new_key())


class FaultySystem:
    """Fails the nth call of a function of ``os`` that has to do with a folder; injects faults only.

    ``fault`` is called in its place, and may come back.
    """

    def __init__(
        self, patch: pytest.MonkeyPatch, folder: Path, step: str, fault: Callable[[], None],
        first: int = 1, times: int = 1_000_000,
    ) -> None:  # fmt: skip
        self._folder, self._fault = folder, fault
        self.calls, self._first, self._times = 0, first, times
        real = getattr(os, step)

        def called(*args: Any, **options: Any) -> Any:
            if self._concerns(args, options):
                self.calls += 1
                if self._first <= self.calls < self._first + self._times:
                    self._fault()
            return real(*args, **options)

        patch.setattr(os, step, called)

    def _concerns(self, args: tuple[Any, ...], options: dict[str, Any]) -> bool:
        if isinstance(args[0], int):
            try:
                target = Path(f"/proc/self/fd/{args[0]}").readlink()
            except OSError:
                return False
            return self._folder in (target, *target.parents)
        return options.keys() & {"dir_fd", "dst_dir_fd"} != set() or str(args[0]).startswith(
            str(self._folder)
        )


@pytest.mark.parametrize("make", [by_server, by_command])
@pytest.mark.parametrize("has_tmpfile", [True, False])
@pytest.mark.parametrize("step", STEPS)
def test_a_writer_that_is_killed_at_any_step_leaves_a_whole_file_or_none(
    folder: Path, make: Callable[[Path], None], has_tmpfile: bool, step: str
) -> None:
    """Without O_TMPFILE a hidden file may stay, which is found."""
    for nth in range(1, 6):
        child = os.fork()
        if child == 0:
            patch = pytest.MonkeyPatch()
            if not has_tmpfile:
                _without_tmpfile(patch)
            FaultySystem(patch, folder, step, lambda: os._exit(77), nth, 1)
            try:
                make(folder)
            finally:
                os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        store = Keystore(folder, sql_may_create=True)
        names = {path.name for path in folder.iterdir()}
        hidden = set(store.leftovers())
        assert not (hidden and has_tmpfile)
        assert names - hidden <= {"a.jwk"}
        if names - hidden:
            assert store.read("a").is_checked
        for name in names:
            (folder / name).unlink()
        if status == 0:
            return
        assert status == 77
    raise AssertionError(f"{step} is called too often")


def _without_tmpfile(patch: pytest.MonkeyPatch) -> None:
    real = os.open

    def lacking(path: Any, flags: int, *args: Any, **options: Any) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
        return real(path, flags, *args, **options)

    patch.setattr(os, "open", lacking)


def test_the_faults_are_injected_where_the_writers_pass(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {step: FaultySystem(monkeypatch, folder, step, lambda: None) for step in STEPS}
    by_server(folder)
    assert {step for step, system in seen.items() if system.calls} == set(STEPS) - {"unlink"}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("step", ["open", "write", "fchmod", "fsync", "link"])
def test_what_the_system_says_of_a_new_key_is_an_error_with_a_way_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: str
) -> None:
    number, (sqlstate, hint) = getattr(errno, code), CODES[code]

    def fault() -> None:
        raise OSError(number, os.strerror(number))

    FaultySystem(monkeypatch, folder, step, fault)
    with pytest.raises(KwError) as caught:
        by_server(folder)
    monkeypatch.undo()
    assert caught.value.sqlstate == sqlstate
    assert caught.value.message.endswith(os.strerror(number))
    assert str(folder) in caught.value.message
    assert hint in (caught.value.hint or "")
    assert Keystore(folder, sql_may_create=True).leftovers() == []


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("step", ["open", "read", "fstat"])
def test_what_the_system_says_of_a_key_file_is_an_error_with_a_way_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: str
) -> None:
    by_server(folder)
    number, (sqlstate, hint) = getattr(errno, code), CODES[code]

    def fault() -> None:
        raise OSError(number, os.strerror(number))

    store = Keystore(folder, sql_may_create=True)
    FaultySystem(monkeypatch, folder, step, fault)
    with pytest.raises((ProviderRefused, ProviderUnreachable)) as caught:
        store.read("a")
    monkeypatch.undo()
    assert caught.value.sqlstate == sqlstate
    assert str(folder / "a.jwk") in caught.value.message
    assert hint in (caught.value.hint or "")
    assert store.read("a").is_checked


def test_a_file_system_without_nameless_files_serves_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_tmpfile(monkeypatch)
    for make in (by_server, by_command):
        make(folder)
        (file,) = folder.iterdir()
        assert (file.name, stat.S_IMODE(file.stat().st_mode)) == ("a.jwk", 0o600)
        assert Keystore(folder, sql_may_create=True).read("a").is_checked
        with pytest.raises(Exception, match="already exists"):
            make(folder)
        assert [path.name for path in folder.iterdir()] == ["a.jwk"]
        file.unlink()
