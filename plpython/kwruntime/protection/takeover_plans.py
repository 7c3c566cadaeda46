"""What a takeover finds in a column, and what it requires. Changes nothing."""

import time
from collections.abc import Iterator

from kwruntime.call import Call
from kwruntime.fields import takeover_checks
from kwruntime.foreign import findings
from kwruntime.protection import takeovers
from kwruntime.protection.planning import Step
from kwruntime.protection.takeovers import Takeover
from kwruntime.protection.target import Target

_CLEAR = (findings.IN_THE_CLEAR, findings.KEY_IN_THE_CLEAR)
_HARMLESS = (takeover_checks.OPENS, takeover_checks.NULL, findings.NOT_TRIED)
_DETAILS = {
    takeover_checks.OPENS: "taken over",
    takeover_checks.NULL: "not touched",
    findings.NOT_TRIED: "give old_key to try the values",
}


def steps(call: Call, target: Target, takeover: Takeover, old_key: bytes | None) -> Iterator[Step]:
    """Yield how many values have which finding, and how the takeover ends."""
    where = "nothing stores it"
    if takeover.needs_key:
        yield Step(
            "old key", takeover.source, f"an argument of backfill, verify, cut over; {where}"
        )
    else:
        yield Step("old key", takeover.source, "pgsodium has it, and the role may use it there")
    is_looked_at = takeover.source == "pgcrypto-pgp" or not takeover.needs_key
    if old_key is None and not is_looked_at:
        yield Step("values", findings.NOT_TRIED, _DETAILS[findings.NOT_TRIED])
    else:
        yield from _found(call, target, takeover, old_key)
    yield Step(
        "writers",
        target.field,
        "no trigger has the old key: a value that changes is encrypted by the next backfill, or "
        "the last ones by cut over",
    )
    yield Step(
        "undo",
        "after cut over",
        "values that kwtools alone wrote meanwhile are not in the old format: undo refuses, unless "
        "you write them in it, or discard_newer",
    )


def _found(call: Call, target: Target, takeover: Takeover, old_key: bytes | None) -> Iterator[Step]:
    opening = takeovers.opener(call, takeover, old_key, checks=True)
    columns = takeover.columns(target.field)
    began = time.monotonic()
    found = takeover_checks.checked(call, target.entity, columns, opening, None)
    if old_key is not None or not takeover.needs_key:
        took = f"{time.monotonic() - began:.1f} s"
        yield Step("time", f"opening took {took}", "backfill and verification do so once each")
    for row in found:
        finding, count, keys = row["finding"], row["values"], row["example_keys"]
        is_accepted = finding in _CLEAR and takeover.accepts_in_the_clear
        stops = finding not in _HARMLESS and not is_accepted
        detail = takeovers.values_of(count)
        if finding in _CLEAR:
            detail += ": not encrypted by pgcrypto (CVE-2026-14663)"
            detail += ", taken over" if is_accepted else ""
        elif finding in _DETAILS:
            detail += f": {_DETAILS[finding]}"
        if keys and finding != findings.NOT_TRIED:
            detail += f"; keys of rows: {', '.join(keys)}" + (" …" if count > len(keys) else "")
        yield Step("obstacle" if stops else "values", finding, detail, is_obstacle=stops)
