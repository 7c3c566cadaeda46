"""A session goes over from the runtime of another version to this one, without a reconnect.

``kw._load`` runs this file before it imports anything of the package, while the other version's
package is still what the session has loaded. So it imports nothing of ours.
"""

import gc
import importlib
import sys
from pathlib import Path
from types import FrameType, ModuleType

_OURS = ("kwruntime", "kwshared")


def is_running() -> bool:
    """Return whether code of a runtime is on the stack: a call that has not ended."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if _is_ours(frame.f_globals.get("__name__", "")):
            return True
        frame = frame.f_back
    return False


def other_packages(before: str, folder: str) -> list[str]:
    """Return which packages of the runtime in ``before`` are not the same in ``folder``.

    The same are those whose RECORD is: pip lists there the digest of every file. Raises
    ``OSError`` where they cannot be read.
    """
    loaded, here = _packages(before), _packages(folder)
    if not loaded:
        return ["cryptography"]
    return sorted(name for name, record in loaded.items() if here.get(name) != record)


def forget() -> None:
    """Forget the runtime that is loaded: its code, and the keys that it keeps.

    Whatever still refers to a function of it finds a module without content.
    """
    modules = [sys.modules.pop(name) for name in list(sys.modules) if _is_ours(name)]
    for module in modules:
        _forget_state(module)
    gc.collect()  # what ends with the state, as the process of a PKCS#11 module, still has its code
    for module in modules:
        vars(module).clear()
    modules.clear()
    gc.collect()
    importlib.invalidate_caches()


def move(before: str, folder: str) -> None:
    """Have packages that were loaded from ``before`` load their further modules from ``folder``.

    They stay loaded: the binary part of cryptography can be loaded once a process.
    """
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", {})
        file, path = names.get("__file__"), names.get("__path__")
        if isinstance(file, str) and file.startswith(f"{before}/"):
            names["__file__"] = folder + file[len(before) :]
            if isinstance(path, list):
                path[:] = [folder + one.removeprefix(before) for one in path]
    sys.path[:] = [one for one in sys.path if one != before]
    sys.path_importer_cache.pop(before, None)


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in _OURS


def _forget_state(module: ModuleType) -> None:
    """Empty the objects of our classes at module level, such as ``kwruntime.call.SESSION``."""
    for value in list(vars(module).values()):
        kept = getattr(value, "__dict__", None)
        if _is_ours(type(value).__module__) and isinstance(kept, dict):
            kept.clear()


def _packages(folder: str) -> dict[str, bytes]:
    """Return the RECORD of each package of a folder, by name and version."""
    return {
        path.name.removesuffix(".dist-info"): (path / "RECORD").read_bytes()
        for path in Path(folder).iterdir()
        if path.suffix == ".dist-info"
    }
