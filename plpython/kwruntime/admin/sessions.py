"""Which version's code the sessions of the database have loaded. Runs as the owner."""

import re
from pathlib import Path

from kwruntime._version import VERSION
from kwruntime.call import Call
from kwruntime.store import sessions

# Since 0.7.0 a session has the runtime's version mapped; before, only the cryptography of it.
_LOADED = tuple(
    re.compile(rf"/([^/\s]+)/cp[0-9]+/{file}")
    for file in (r"kwruntime/_version\.py", "cryptography/")
)


def on_other_runtimes(call: Call) -> int | None:
    """Return how many other sessions have loaded the code of another version; null without /proc.

    A session that ends meanwhile has none.
    """
    if not Path("/proc/self/maps").exists():
        return None
    pids = [row["pid"] for row in call.execute(sessions.OTHER_SESSIONS)]
    return sum(_loaded(pid) not in ("", VERSION) for pid in pids)


def _loaded(pid: int) -> str:
    try:
        text = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    found = (one.search(text) for one in _LOADED)
    return next((match[1] for match in found if match), "")
