"""Protected views: made and dropped, and what their triggers call."""

from kwruntime.api.arguments import entity_of, flat, no_null
from kwruntime.call import SESSION, Call, entry
from kwruntime.errors import Conflict, KwError
from kwruntime.fields import protected_fields
from kwruntime.postgres.backend import current_role, prints_alike
from kwruntime.postgres.messages import shown
from kwruntime.store.protected_fields import Field
from kwruntime.store.view_definitions import BEGUN
from kwruntime.store.view_layouts import layout_of
from kwruntime.views import definitions, upserting
from kwruntime.views.frames import Frame, Frames
from kwruntime.views.writing import write


@entry
def set_protected_field(
    call: Call,
    entity_table: str | None,
    field_name: str,
    value_type: str | None,
    key_scope: str | None,
    token_column: str | None,
    ciphertext_column: str | None,
    tenant_column: str | None,
    next_token_column: str | None,
) -> None:
    entity = entity_of(call, entity_table)
    known = call.read_as_owner(lambda: protected_fields.of_entity(call, entity, field_name))
    # Who changes its tokens does not repeat the rest, and must not lose it.
    before = known[0] if known else Field(field_name, "text", "column", field_name)
    field = before._replace(
        value_type=value_type or before.value_type,
        key_scope=key_scope or before.key_scope,
        ciphertext_column=ciphertext_column or before.ciphertext_column,
        token_column=token_column,
        index_uuid=None,
        tenant_column=tenant_column,
        next_token_column=next_token_column,
    )
    given = protected_fields.checked(call, field)
    from kwruntime.protection import rotating  # few sessions set fields

    rotating.check_field(call, entity, given)
    call.as_owner(lambda: protected_fields.set_field(call, entity, given))


@entry
def create_protected_view(
    call: Call,
    entity_table: str | None,
    view_name: str | None,
    shredded_as_null: bool | None,
    columns: list[str] | None,
) -> str:
    entity = entity_of(call, entity_table)
    shown = None
    if columns is not None:
        shown = [no_null(one, "an element of columns") for one in flat(columns, "columns")]
    return definitions.create(call, entity, view_name, bool(shredded_as_null), shown)


@entry
def drop_protected_view(call: Call, view_name: str) -> None:
    definitions.drop(call, view_name)


@entry
def remake_protected_view(call: Call, view_name: str) -> str:
    return definitions.remake(call, view_name)


@entry
def upsert_protected(call: Call, view_name: str, rows: str) -> int:
    return upserting.upsert_rows(call, view_name, rows)


@entry
def begin_view(
    call: Call, view_id: str, operation: str, schema: str, name: str, layout: str
) -> None:
    base = layout_of(layout).base
    # The view, and triggers of the table, may be younger than the snapshot.
    (begun,) = call.server.seen_now(BEGUN, schema, name, base, view_id)
    if not begun["shows_table"]:
        raise Conflict(
            f"protected view {begun['name']} does not show table {base} any more",
            hint="If the table was renamed, use kw.rebind. Else use kw.remake_protected_view.",
        )
    in_force = layout_of(layout, begun["changes_rows"])
    frame = Frame(int(view_id), operation, begun["name"], in_force, call.role)
    call.session.of(Frames).begin(frame)


def collect_row(
    view_id: int, old_row: str | None, new_row: str | None, is_pinned: bool | None
) -> int | None:
    """Keep a row; return 1 if the rows must be written now, 2 if each row is, else null.

    0 where the row was not kept: its texts are to be made under pinned settings.
    """
    operation = "INSERT" if old_row is None else "DELETE" if new_row is None else "UPDATE"
    try:
        frame = SESSION.of(Frames).running(view_id, operation, current_role())
    except KwError as error:
        said = shown(error)
    else:
        if is_pinned or (is_pinned is None and prints_alike()):
            return frame.add(old_row, new_row)
        return 0
    raise said


@entry
def write_rows(call: Call, view_id: int, operation: str) -> str | None:
    return write(call, call.session.of(Frames).of(call, int(view_id), operation))


@entry
def end_view(call: Call, view_id: str, operation: str) -> None:
    write(call, call.session.of(Frames).end(call, int(view_id), operation))
