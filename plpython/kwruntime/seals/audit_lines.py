"""The line of the server log that an audited action has at once."""

from typing import Any

from kwruntime.postgres import messages
from kwruntime.postgres.query import Row


def tell(row: Row, action: str, target: str, details: dict[str, Any]) -> None:
    """Write the line of an event, or of what has no event: a row without an id."""
    messages.log(
        "audit",
        {
            "time": row["time"],
            "database": row["database"],
            "id": None if row["id"] is None else str(row["id"]),
            "action": action,
            "object": target,
            "role": row["acting_role"],
            "session_role": row["session_role"],
            "details": details,
        },
    )
