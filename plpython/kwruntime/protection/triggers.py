"""The triggers that keep plaintext, ciphertext and token of a row in step, as texts of SQL."""

from collections.abc import Sequence
from typing import NamedTuple

from kwshared.typed_encoding import pinned

from kwruntime.postgres.quoting import identifier, literal
from kwruntime.protection.target import (
    FUNCTION,
    TOKEN_FUNCTION,
    TOKEN_TRIGGER,
    TRIGGER,
    State,
    Target,
)

_PATH = "set search_path = pg_catalog, pg_temp"
_SAME_IN_EACH_SESSION = ("text", "character varying", "character", "uuid", "boolean", "smallint",
    "integer", "bigint", "numeric")  # fmt: skip
_OF_TOKENS = TOKEN_TRIGGER, TOKEN_FUNCTION
"""BEFORE triggers fire in the order of their names: that of tokens comes last."""


class _Function(NamedTuple):
    """The function of a trigger."""

    body: str
    security: str = ""
    names: tuple[str, str] = (TRIGGER, FUNCTION)


def encrypting(target: Target, state: State) -> list[str]:
    """Return statements that make the triggers for what is written before cut over.

    A row without a ciphertext takes one that is written, as by the backfill. No other row does. And
    who may not write the column leaves a row to the backfill, where he changes other columns of it.
    """
    plain, sealed = identifier(state.field_name), identifier(state.ciphertext_column)
    if state.taken_over_from is not None:
        return _made(target, state, _Function(_emptying(target, plain, sealed)), plain)
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
    return _made(target, state, _Function(body), plain) + _of_tokens(target, state, plain, sealed)


def _of_tokens(target: Target, state: State, plain: str, sealed: str) -> list[str]:
    """Return statements that make the trigger that writes tokens of plaintexts, if any.

    It writes one where there is a ciphertext. SECURITY DEFINER: a token takes the right to read,
    which a writer need not have. It goes into the row that is written.
    """
    if state.token_column is None:
        return []
    token = identifier(state.token_column)
    body = f"""
    if tg_op = 'INSERT'
        or new.{plain}::text collate "C" is distinct from old.{plain}::text collate "C"
        or (new.{sealed} is null) <> (new.{token} is null)
        or old.{token} is not null and new.{token} is distinct from old.{token}
    then
        new.{token} := case when new.{sealed} is not null
            then {_token_of(literal(target.entity.name), state, f"new.{plain}::text")} end;
    end if;
    return new;"""
    return _made(
        target, state, _Function(body, security="security definer\n", names=_OF_TOKENS), plain
    )


def decrypting(target: Target, state: State) -> list[str]:
    """Return statements that make the trigger that keeps a row in step, after cut over.

    The plaintext follows the ciphertext, and the token both. A plaintext that is written without
    it, through a view or by an INSERT that names no columns, is encrypted: else it would be lost.
    SECURITY DEFINER: who may write the column need not be able to decrypt it. The assignment
    converts as an INSERT does: a cast would cut a value that is too long.
    """
    plain, sealed = identifier(state.plaintext_column), identifier(state.field_name)
    if state.taken_over_from is not None:
        return _made(target, state, _Function(_leaving(plain, sealed)), plain)
    opened = f"kw.decrypt_text({_arguments(target, state)}, new.{sealed})"
    tokens = ""
    if state.token_column is not None:
        token = identifier(state.token_column)
        tokens = f"""
    if tg_op = 'INSERT' or new.{sealed} is distinct from old.{sealed}
        or (new.{sealed} is null) <> (new.{token} is null)
        or new.{token} is distinct from old.{token}
    then
        new.{token} := {_token_of(literal(target.entity.name), state, f"new.{plain}::text")};
    end if;"""
    body = f"""
    if new.{plain}::text collate "C" is distinct from old.{plain}::text collate "C"
        and new.{sealed} is not distinct from old.{sealed}
    then{_encrypted(target, state, plain, sealed)}
    elsif {_changed(target, f"new.{sealed}", f"old.{sealed}")}
        or (new.{plain} is null) <> (new.{sealed} is null)
    then
        new.{plain} := {opened};
    end if;{tokens}
    return new;"""
    return _made(target, state, _Function(body, security="security definer\n"), plain)


def keeping_tokens(target: Target, state: State, following: str | None = None) -> list[str]:
    """Return statements that make the trigger that writes tokens of ciphertexts, after contract.

    ``following``: the column of those by the next key. None where a view writes them.
    """
    if state.token_column is None or state.shown_by == "view":
        return []
    # It stays, so it follows a rename of the table. A partition has another name than
    # its entity.
    own = "format('%I.%I', tg_table_schema, tg_table_name)"
    entity = own if target.column["relkind"] == "r" else literal(target.entity.name)
    sealed, token = identifier(state.field_name), identifier(state.token_column)
    field = literal(state.field_name)
    value = f"kw.decrypt_text({entity}, {target.entity_pk}, {field}, new.{sealed}::bytea)"
    written = f"new.{token} := {_token_of(entity, state, value)};"
    if following is not None:
        made = f"kw.blind_index({entity}, {field}, {value}, next_key => true)"
        written += f"\n        new.{identifier(following)} := {made};"
    # The owner may have given the column the type kw.ciphertext, which has no operators.
    body = f"""
    if {_changed(target, f"new.{sealed}::bytea", f"old.{sealed}::bytea")}
        or (new.{sealed} is null) <> (new.{token} is null)
        or new.{token} is distinct from old.{token}
    then
        {written}
    end if;
    return new;"""
    return _made(target, state, _Function(body, security="security definer\n"), None)


def waiting(target: Target, state: State, name: str) -> list[str]:
    """Return statements that make a trigger which refuses rows until the field is moved, too.

    The column has another name, and values are encrypted by that of the field.
    """
    given = f"{literal(target.entity.name)}, field_name => {literal(state.field_name)}"
    hint = f"Use kw.rebind({given}, to_field_name => {literal(name)})."
    body = f"""
    raise exception {literal(f"{target.place} is protected, and its column was renamed")}
        using errcode = 'KW102', table = tg_table_name, schema = tg_table_schema,
        hint = {literal(hint)};"""
    plain = state.plaintext_column if state.status == "cut_over" else name
    when = None if state.status == "contracted" else identifier(plain)
    return _made(target, state, _Function(body), when)


def _emptying(target: Target, former: str, sealed: str) -> str:
    """Return the body of a takeover's trigger: it has no old key, so it cannot encrypt.

    A ciphertext goes where its old value, or the key of its row, changes, unless it is written
    with it. A row without an old value is written by kwtools alone, and stays.
    """
    return f"""
    if tg_op = 'UPDATE' then
        if {_differs(target, former)} then
            if (new.{former} is not null or old.{former} is not null)
                and new.{sealed} is not distinct from old.{sealed}
            then
                new.{sealed} := null;
            end if;
        elsif new.{former} is not null and old.{sealed} is not null
            and new.{sealed} is distinct from old.{sealed} and new.{sealed} is not null
        then
            raise exception 'the old value decides until cut over'
                using errcode = 'KW102', table = tg_table_name, schema = tg_table_schema,
                hint = 'Write the old column in the same statement: null, or the value.';
        end if;
    end if;
    return new;"""


def _leaving(former: str, sealed: str) -> str:
    """Return the body of a takeover's trigger after cut over.

    An old value that is not of the ciphertext any more is emptied, so that nobody goes back to it.
    """
    written = f"tg_op = 'INSERT' or {_text('new', former)} is distinct from {_text('old', former)}"
    return f"""{_refusing(former, sealed, written)}
    if new.{sealed} is null
        or tg_op = 'UPDATE' and new.{sealed} is distinct from old.{sealed}
            and {_text("new", former)} is not distinct from {_text("old", former)}
    then
        new.{former} := null;
    end if;
    return new;"""


def _refusing(former: str, sealed: str, written: str) -> str:
    """Return what refuses a value of the former column that would be lost.

    An INSERT without names of columns writes there as before cut over.
    """
    return f"""
    if new.{former} is not null and new.{sealed} is null and ({written}) then
        raise exception 'the column was cut over: a value without a ciphertext would be lost'
            using errcode = 'KW102', table = tg_table_name, schema = tg_table_schema,
            hint = 'Name the columns in the statement, and encrypt the value.';
    end if;"""


def dropped(target: Target, state: State) -> list[str]:
    """Return statements that drop the triggers."""
    has_two = state.token_column is not None and state.status != "cut_over"
    made = [(TRIGGER, FUNCTION), *([_OF_TOKENS] if has_two else [])]
    return [
        text
        for trigger, function in made
        for text in (
            f"drop trigger if exists {state.named(trigger)} on {target.table}",
            f"drop function if exists {_name(target, state, function)}()",
        )
    ]


def _name(target: Target, state: State, function: str) -> str:
    return f"{identifier(target.schema)}.{state.named(function)}"


def _arguments(target: Target, state: State) -> str:
    entity, field = literal(target.entity.name), literal(state.field_name)
    return f"{entity}, {target.entity_pk}, {field}"


def _token_of(entity: str, state: State, value: str) -> str:
    return f"kw.blind_index({entity}, {literal(state.field_name)}, {value})"


def _encrypted(target: Target, state: State, plain: str, sealed: str) -> str:
    """Return statements of a trigger that encrypt the value of the row."""
    binds = ""
    if state.key_scope in ("cell", "row"):
        field = literal(state.field_name) if state.key_scope == "cell" else "null"
        entity = literal(target.entity.name)
        binds = f"perform kw.bind({entity}, {target.entity_pk}, {field});"
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
    pairs = [f"{new} is distinct from {old}", *_moved(target)]
    return "tg_op = 'INSERT' or " + " or ".join(pairs)


def _differs(target: Target, column: str) -> str:
    """Return the condition that a column or the key of a row changed."""
    pair = f"{_text('new', column)} is distinct from {_text('old', column)}"
    return " or ".join([pair, *_moved(target)])


def _moved(target: Target) -> list[str]:
    """Return the conditions that a part of the key changed."""
    return [f"{_text('new', key)} is distinct from {_text('old', key)}" for key in target.keys]


def _text(row: str, column: str) -> str:
    return f'{row}.{column}::text collate "C"'


def _made(target: Target, state: State, function: _Function, plain: str | None) -> list[str]:
    """Return the statements that make a trigger.

    Its condition always holds. PostgreSQL refuses to change the type of a column that a condition
    names: it would rewrite the values without firing the trigger.
    """
    trigger, name = state.named(function.names[0]), _name(target, state, function.names[1])
    when = "" if plain is None else f"when (new.{plain} is null or new.{plain} is not null) "
    settings = _settings([state.value_type, *target.column["key_types"]])
    comment = (
        f"kwtools writes the tokens of {target.place}. Drop it with their column."
        if plain is None
        else f"kwtools keeps {target.place} in step while it is protected. kw.protect_contract or "
        "kw.protect_undo drops it."
    )
    return [
        f"create function {name}() returns trigger\nlanguage plpgsql {function.security}{settings}"
        f"\nas {literal(f'begin{function.body}{chr(10)}end;')}",
        f"alter function {name}() owner to {identifier(target.column['owner'])}",
        f"revoke all on function {name}() from public",
        _revoked(f"{name}()"),
        f"comment on function {name}() is {literal(comment)}",
        f"create trigger {trigger} before insert or update on {target.table} "
        f"for each row {when}execute function {name}()",
        f"alter table {target.table} enable always trigger {trigger}",
    ]


def _revoked(function: str) -> str:
    """Return a statement that takes back what default privileges have granted on a function.

    Who may execute it could attach it to a table of his own, and have it decrypt there.
    """
    body = f"""
    declare
        grantee text;
    begin
        for grantee in
            select distinct quote_ident(pg_get_userbyid(a.grantee))
            from pg_proc p cross join aclexplode(p.proacl) a
            where p.oid = {literal(function)}::regprocedure and a.grantee not in (0, p.proowner)
        loop
            execute {literal(f"revoke all on function {function} from ")} || grantee;
        end loop;
    end"""  # noqa: S608
    return f"do {literal(body)}"


def _settings(types: Sequence[str]) -> str:
    """Return the settings of the function: each takes time at each row."""
    if all(one.partition("(")[0] in _SAME_IN_EACH_SESSION for one in types):
        return _PATH
    return f"{_PATH}\n{pinned()}"
