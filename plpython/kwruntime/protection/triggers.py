"""The triggers that keep plaintext and ciphertext of a row in step, as texts of SQL."""

from collections.abc import Sequence

from kwshared.typed_encoding import pinned

from kwruntime.postgres.quoting import literal
from kwruntime.protection.target import FUNCTION, TRIGGER, State, Target, quoted

_PATH = "set search_path = pg_catalog, pg_temp"
_SAME_IN_EACH_SESSION = ("text", "character varying", "character", "uuid", "boolean", "smallint",
    "integer", "bigint", "numeric")  # fmt: skip


def function_name(target: Target, state: State) -> str:
    """Return the name of the trigger's function as SQL writes it."""
    return f"{quoted(target.schema)}.{state.named(FUNCTION)}"


def encrypting(target: Target, state: State) -> list[str]:
    """Return statements that make the trigger that encrypts what is written.

    A row without a ciphertext takes one that is written, as by the backfill. No other row does. And
    who may not write the column leaves a row to the backfill, where he changes other columns of it.
    """
    plain, sealed = quoted(state.field_name), quoted(state.ciphertext_column)
    may = (
        "has_column_privilege(coalesce(pg_partition_root(tg_relid), tg_relid), "
        f"{literal(state.field_name)}, 'insert, update')"
    )
    body = f"""
    if {_changed(target, f"new.{plain}::text", f"old.{plain}::text")}
        or (new.{plain} is null) <> (new.{sealed} is null) and (old.{sealed} is not null or {may})
        or old.{sealed} is not null and new.{sealed} is distinct from old.{sealed}
    then{_encrypted(target, state, plain, sealed)}
    end if;
    return new;"""
    return _made(target, state, body, "")


def decrypting(target: Target, state: State) -> list[str]:
    """Return statements that make the trigger that keeps both in step, after cut over.

    The plaintext follows the ciphertext. A plaintext that is written without it, through a view or
    by an INSERT that names no columns, is encrypted: else it would be lost.
    SECURITY DEFINER: who may write the column need not be able to decrypt it.
    """
    plain, sealed = quoted(state.plaintext_column), quoted(state.field_name)
    opened = f"kw.decrypt_text({_arguments(target, state)}, new.{sealed})::{state.value_type}"
    body = f"""
    if new.{plain}::text collate "C" is distinct from old.{plain}::text collate "C"
        and new.{sealed} is not distinct from old.{sealed}
    then{_encrypted(target, state, plain, sealed)}
    elsif {_changed(target, f"new.{sealed}", f"old.{sealed}")}
        or (new.{plain} is null) <> (new.{sealed} is null)
    then
        new.{plain} := {opened};
    end if;
    return new;"""
    return _made(target, state, body, "security definer\n")


def dropped(target: Target, state: State) -> list[str]:
    """Return statements that drop the trigger."""
    return [
        f"drop trigger if exists {state.named(TRIGGER)} on {target.table}",
        f"drop function if exists {function_name(target, state)}()",
    ]


def _key(target: Target) -> str:
    return target.rows("", "").entity_pk("new")


def _arguments(target: Target, state: State) -> str:
    entity, field = literal(target.entity.name), literal(state.field_name)
    return f"{entity}, {_key(target)}, {field}"


def _encrypted(target: Target, state: State, plain: str, sealed: str) -> str:
    """Return statements of a trigger that encrypt the value of the row."""
    binds = ""
    if state.key_scope in ("cell", "row"):
        field = literal(state.field_name) if state.key_scope == "cell" else "null"
        binds = f"perform kw.bind({literal(target.entity.name)}, {_key(target)}, {field});"
    return f"""
        if new.{plain} is null then
            new.{sealed} := null;
        else
            {binds}
            new.{sealed} := kw.encrypt_text({_arguments(target, state)}, new.{plain}::text);
        end if;"""


def _changed(target: Target, new: str, old: str) -> str:
    """Return the condition that a row is new, or the value or its key changed.

    Texts are compared by their bytes: a type may have no equality, or one of its own.
    """
    if new.endswith("::text"):
        new, old = (f'{text} collate "C"' for text in (new, old))
    pairs = [f"{new} is distinct from {old}"]
    pairs += [
        f'new.{key}::text collate "C" is distinct from old.{key}::text collate "C"'
        for key in target.keys
    ]
    return "tg_op = 'INSERT' or " + " or ".join(pairs)


def _made(target: Target, state: State, body: str, security: str) -> list[str]:
    name, trigger = function_name(target, state), state.named(TRIGGER)
    settings = _settings([state.value_type, *target.column["key_types"]])
    tag = f"$kw_protect_{state.id}$"
    comment = literal(
        f"kwtools keeps {target.place} in step while it is protected. kw.protect_contract or "
        "kw.protect_undo drops it."
    )
    return [
        f"create function {name}() returns trigger\nlanguage plpgsql {security}{settings}\n"
        f"as {tag}\nbegin{body}\nend;\n{tag}",
        f"alter function {name}() owner to {quoted(target.column['owner'])}",
        f"revoke all on function {name}() from public",
        f"comment on function {name}() is {comment}",
        f"create trigger {trigger} before insert or update on {target.table} "
        f"for each row execute function {name}()",
        f"alter table {target.table} enable always trigger {trigger}",
    ]


def _settings(types: Sequence[str]) -> str:
    """Return the settings of the function: each takes time at each row."""
    if all(one.partition("(")[0] in _SAME_IN_EACH_SESSION for one in types):
        return _PATH
    return f"{_PATH}\n{pinned()}"
