"""Protected views that follow a rename of their table or of one of its fields."""

from functools import partial

from kwruntime.call import Call
from kwruntime.errors import KwError
from kwruntime.fields.names import Entity
from kwruntime.postgres import messages
from kwruntime.store import protected_fields
from kwruntime.views import definitions


def remake(call: Call, entity: Entity, leave: str | None = None) -> None:
    """Make the views of an entity again but one; a warning names one that this fails for."""
    found = call.read_as_owner(lambda: call.execute(protected_fields.VIEWS_OF, entity.name))
    for name in {row["view_name"] for row in found} - {leave}:
        failed = messages.attempt(partial(_remake, call, name), with_queries=True)
        if isinstance(failed, KwError):
            messages.warning(
                f"protected view {name} is not up to date: {failed.message}",
                hint="Call kw.remake_protected_view, or drop the view and create it again.",
            )


def _remake(call: Call, name: str) -> None:
    with call.server.subtransaction():
        definitions.remake(call, name)
