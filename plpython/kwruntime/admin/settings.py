"""Settings. Audited. Runs as the owner."""

from kwruntime.admin.arguments import one_of
from kwruntime.call import Call
from kwruntime.errors import BadArgument
from kwruntime.store import audit, settings

_SETTINGS = (
    "cache_seconds",
    "cache_keys",
    "branch_grace_seconds",
    "degraded_ms",
    "health_days",
    "audit_log",
    "audit_days",
)


def set_setting(call: Call, name: str, value: int) -> None:
    """Set a setting."""
    one_of(name, _SETTINGS, "the settings are")
    if value < 0:
        raise BadArgument(f"{name} cannot be negative")
    call.execute(settings.SET_SETTING, name, value)
    audit.record(call, "set_setting", name, always=name == "audit_log", value=value)
