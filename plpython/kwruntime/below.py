"""What hangs on branches that change, and must stay what it is. Runs as the owner.

It costs nothing where no branch changes what it hangs on, and else a look at every wrapper: those
that are alike are judged once.
"""

from collections.abc import Iterable

from kwruntime import keyring, levels, queries, spi
from kwruntime.branches import State
from kwruntime.envelope import DekClass, Mode
from kwruntime.keyring import WrapperRow
from kwruntime.levels import Legs


class Below:
    """What hangs on wrappers that are about to change, where those are branches."""

    def __init__(self, rows: Iterable[WrapperRow]) -> None:
        self._rows = [row for row in rows if row.dek_class is DekClass.BRANCH]
        self._keys: list[int] = []
        self._was, self._now = State(), State()
        self._before = self._was.read(self._rows)
        if self._rows:
            below = spi.execute(queries.KEYS_BELOW, list(self._before))
            self._keys = [row["id"] for row in below]
            self._was.level([key_id for key_id in self._keys if keyring.key(key_id).is_kem])

    def check(self) -> None:
        """Raise unless all stays what it is, now that they have changed.

        What was wrong before may stay so, or else nothing could be mended step by step.
        """
        if not self._rows:
            return
        ids = [row.id for row in self._rows]
        after = self._now.read([WrapperRow.of(row) for row in spi.execute(queries.WRAPPERS, ids)])
        changed = [uuid for uuid, branch in after.items() if branch != self._before[uuid]]
        if changed:
            spi.execute(queries.LOCK_BRANCH_KEYS, changed)
            self._check_floors()

    def _check_floors(self) -> None:
        fell = [
            key_id
            for key_id in self._keys
            if levels.of_key(self._now, key_id) < levels.of_key(self._was, key_id)
        ]
        if not fell:
            return
        for row in spi.execute(queries.FLOORED_UNDER_KEYS, fell):
            legs, layers = _legs(row), row["layers"] or ()
            before, level = (
                levels.of_wrapper(state, legs, layers) for state in (self._was, self._now)
            )
            levels.check_fall(_named(row), before, level, row["floor"])


def _legs(row: spi.Row) -> Legs:
    keys = (row["kms1_key_id"], row["kms2_key_id"])
    return Legs(Mode(row["mode"] or ""), [key_id for key_id in keys if key_id is not None])


def _named(row: spi.Row) -> str:
    others = row["wrappers"] - 1
    return f"wrapper {row['wrapper']}" + (f" (and {others} like it)" if others else "")
