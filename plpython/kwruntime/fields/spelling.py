"""What a session knows of the keys of a table, and how they are spelled. Runs as the owner."""

from collections.abc import Sequence
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.crypto.field_cipher import EVERY_ROW
from kwruntime.errors import BadArgument
from kwruntime.fields.key_forms import BadKey, Column, Form, form
from kwruntime.store import entities


class Keys(NamedTuple):
    """The primary key of an entity's table: a hint, which each call's first query proves."""

    relation: int | None = None
    key_index: int | None = None
    """That of the primary key: it is made again with another type of a column."""
    recorded: str | None = None
    """The form that every binding's key is known to have; null for what an older version bound."""
    form: Form | None = None
    """Null if the table has no primary key, or its type has more than one spelling."""
    ambiguous: str | None = None
    """The types of a primary key whose equal values print in several ways."""

    @property
    def may_have_old(self) -> bool:
        """Whether bindings may name keys in other spellings."""
        return self.form is not None and self.recorded != self.form.name

    def spell(self, pks: Sequence[str | None]) -> Sequence[str | None]:
        """Return keys in their one spelling; raises ``BadKey``."""
        found = self.form
        if found is None or found.is_as_given:
            return pks
        if len(found.parts) > 1:
            return [pk if pk is None or pk == EVERY_ROW else found.spell(pk) for pk in pks]
        if _are_spelled(found, pks):
            return pks
        is_spelled = found.parts[0].is_spelled
        return [
            pk if pk is None or is_spelled(pk) or pk == EVERY_ROW else found.spell(pk) for pk in pks
        ]

    def spell_one(self, pk: str) -> str:
        """Return a key in its one spelling; raises ``BadArgument``."""
        try:
            (spelled,) = self.spell([pk])
        except BadKey as bad:
            raise bad_key(bad) from None
        assert spelled is not None
        return spelled

    def known(self, pk: str) -> str:
        """Return the one spelling of a key that a binding names, or what it names."""
        try:
            return self.form.spell(pk) if self.form is not None and pk != EVERY_ROW else pk
        except BadKey:
            return pk

    def spell_bound(self, pk: str) -> str:
        """Return the spelling of a key that is bound already.

        One that the column's type cannot read stays, where older versions may have bound it.
        Raises ``BadArgument``.
        """
        return self.known(pk) if self.may_have_old else self.spell_one(pk)

    def can_read(self, pk: str) -> bool:
        """Whether a key that a binding names is one of the column's type."""
        try:
            self.spell([pk])
        except BadKey:
            return False
        return True

    def others(self, given: str, spelled: str) -> list[str]:
        """Return further spellings of a key that older versions may have been given."""
        if self.form is None or spelled == EVERY_ROW:
            return []
        return [other for other in (given, *self.form.others(spelled)) if other != spelled]

    def refuse_ambiguous(self, entity: str) -> None:
        """Raise ``BadArgument`` where equal keys could have two bindings."""
        if self.ambiguous is not None:
            raise BadArgument(
                f"the primary key of {entity} is of type {self.ambiguous}, "
                "which prints equal values in several ways",
                hint="Use a primary key of type bigint, uuid, text or numeric(p,s), for instance.",
            )


def _are_spelled(found: Form, pks: Sequence[str | None]) -> bool:
    """Whether all keys are spelled as the only column of a primary key prints them."""
    try:
        return bool(found.parts[0].are_spelled("\0".join([*pks, ""])))  # type: ignore[list-item]
    except TypeError:  # there is a null
        return False


def bad_key(bad: BadKey) -> BadArgument:
    """The error of a text that is not a key."""
    hint = None
    if "time zone" in bad.type_name and not bad.type_name.endswith("without time zone"):
        hint = "Write a key of this type with its offset: 2026-01-31 12:00:00+00."
    elif "time" in bad.type_name or bad.type_name == "date":
        hint = "Write dates and times in the ISO style: 2026-01-31 12:00:00."
    elif bad.type_name == "bytea":
        hint = "Write bytes in hex: \\x0a1b."
    return BadArgument(f'"{bad.text}" is not a key of type {bad.type_name}', hint=hint)


def of_entity(call: Call, name: str) -> Keys:
    """Return the keys of the table that a name was recorded for."""
    (row,) = call.execute(entities.ENTITY_RELATION, name)
    return of_relation(call, row["relation"], row["key_form"])


def of_relation(call: Call, relation: int | None, recorded: str | None = None) -> Keys:
    """Return the keys of a relation."""
    rows = call.execute(entities.KEY_COLUMNS, relation) if relation is not None else []
    if not rows:
        return Keys(relation, None, recorded)
    if any(row["is_domain"] for row in rows):
        rows = call.execute(entities.KEY_COLUMNS_WITH_DOMAINS, relation)
    columns = [
        Column(
            row["type_name"] or "",
            row["shown"],
            row["typmod"],
            row["is_enum"],
            row["is_bytewise"],
        )
        for row in rows
    ]
    found = form(columns)
    ambiguous = ", ".join(column.shown for column in columns) if found is None else None
    return Keys(relation, rows[0]["index"], recorded, found, ambiguous)


def all_spellings(keys: Keys, given: Sequence[str], spelled: Sequence[str]) -> list[str]:
    """Return keys and, where older versions may have bound them, their other spellings."""
    if not keys.may_have_old:
        return list(spelled)
    more = [other for pair in zip(given, spelled, strict=True) for other in keys.others(*pair)]
    return [*spelled, *more]
