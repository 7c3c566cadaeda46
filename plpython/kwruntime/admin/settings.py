"""Settings. Audited. Runs as the owner."""

from kwruntime.admin.arguments import one_of
from kwruntime.call import DEFAULT_SETTINGS, Call
from kwruntime.errors import BadArgument
from kwruntime.fields import reads
from kwruntime.seals import audit
from kwruntime.seals.changing import changing
from kwruntime.store import sealed_rows, settings


def set_setting(call: Call, name: str, value: int) -> None:
    """Set a setting."""
    one_of(name, tuple(DEFAULT_SETTINGS), "the name of a setting must be one of")
    if value < 0:
        raise BadArgument(f"setting {name} cannot be negative")
    if name == "read_audit" and value >= len(reads.LEVELS):
        levels = ", ".join(f"{number} ({level})" for number, level in enumerate(reads.LEVELS))
        raise BadArgument(f"setting read_audit must be one of {levels}")
    changing(call, sealed_rows.SETTINGS, [name])
    call.execute(settings.SET_SETTING, name, value)
    audit.record(call, "set_setting", name, always=name in ("audit_log", "read_audit"), value=value)
