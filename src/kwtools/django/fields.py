"""Fields whose values the database encrypts.

A model's table is a protected view: it shows plaintext and encrypts what is written. So a field
reads and writes as its base does. The search differs, by tokens, and the type of the column.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core import checks
from django.core.exceptions import FieldError
from django.db import NotSupportedError, models
from django.db.models.lookups import IsNull, Lookup

from kwtools.django.lookups import searchable

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

    _Base = models.Field[Any, Any]
else:
    _Base = object

KEY_SCOPES = ("table", "column", "row", "cell")
_DEFAULTS = {"search": None, "key_scope": "column", "policy": None}


class Protected(_Base):
    """Mixed into a field of Django: its column holds ciphertexts.

    ``search`` is the normaliser of the blind index (``raw``, ``email``, …); None: no search.
    ``key_scope`` says what one data key protects, and ``policy`` who can unwrap it.
    """

    by_token = True
    """Whether the text of a value is the same in Python and in the database."""

    def __init__(
        self,
        *args: Any,
        search: str | None = None,
        key_scope: str = "column",
        policy: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.search, self.key_scope, self.policy = search, key_scope, policy
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return what a migration writes."""
        name, path, args, kwargs = super().deconstruct()
        given = {key: getattr(self, key) for key in _DEFAULTS}
        kwargs |= {key: value for key, value in given.items() if value != _DEFAULTS[key]}
        return name, path, args, kwargs

    @property
    def token_column(self) -> str:
        """The column of the tokens, as kw.protect names it."""
        return f"{self.column}_token"

    @property
    def entity_table(self) -> str:
        """The name of the table for functions of kw."""
        return self.model._meta.db_table

    def plain(self) -> models.Field[Any, Any]:
        """Return the field of Django that holds the same values in clear."""
        base = next(
            kind
            for kind in type(self).__mro__
            if issubclass(kind, models.Field) and not issubclass(kind, Protected)
        )
        _, _, args, kwargs = self.deconstruct()
        return base(*args, **{key: kwargs[key] for key in kwargs if key not in _DEFAULTS})

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """Return the type of the column: a plaintext cannot be stored in it by mistake.

        ``db_type``, which queries use in casts, stays that of the values.
        """
        return {**super().db_parameters(connection), "type": "kw.ciphertext", "check": None}

    def get_placeholder(
        self, value: Any, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> str:
        """Return the placeholder of a value that is written. Views cannot do ON CONFLICT."""
        if getattr(compiler.query, "on_conflict", None) is not None:
            raise NotSupportedError(
                f"bulk_create of {self.model._meta.label} cannot ignore or update conflicts, "
                "since its table is a protected view. Use kw.upsert_protected, or update_or_create."
            )
        return "%s"

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        """Return the lookup over tokens; refuse one that would decrypt the table."""
        if self.search is None:
            found: dict[str, type[Lookup[Any]]] = {"isnull": IsNull}
        else:
            found = searchable(self.search)
        if lookup_name not in found:
            raise FieldError(_refusal(self, lookup_name, found))
        return found[lookup_name]

    def get_transform(self, lookup_name: str) -> Any:
        """Refuse transforms in lookups: they would decrypt the table."""
        raise FieldError(_refusal(self, lookup_name, ()))

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Return what cannot hold for ciphertexts."""
        return [*super().check(**kwargs), *_errors(self)]


def _refusal(field: Protected, lookup_name: str, known: Iterable[str]) -> str:
    hint = f"It knows {', '.join(known)}." if known else ""
    if field.search is None and field.by_token:
        hint += " With search= it is found by exact and in."
    return (
        f"protected field {field.model._meta.label}.{field.name} cannot be searched by "
        f"{lookup_name}. {hint} Annotate with Cast() to decrypt each row and compare that."
    )


def _errors(field: Protected) -> list[checks.CheckMessage]:
    refused = {
        "kwtools.E001": (
            field.unique and field.search is None,
            "unique requires a blind index",
            "Add search='raw', or another normaliser.",
        ),
        "kwtools.E002": (
            getattr(field, "db_index", False),
            "ciphertexts cannot be indexed",
            "Remove db_index. With search= the tokens have an index.",
        ),
        "kwtools.E003": (
            field.search is not None and not field.by_token,
            "values of this type cannot be searched",
            "Remove search, or keep a text in a ProtectedTextField.",
        ),
        "kwtools.E004": (
            field.primary_key,
            "a primary key cannot be encrypted",
            "Choose another primary key: ciphertexts are bound to it.",
        ),
        "kwtools.E005": (
            field.key_scope not in KEY_SCOPES,
            f"key_scope is not one of {', '.join(KEY_SCOPES)}",
            "Use column.",
        ),
    }
    return [
        checks.Error(message, hint=hint, obj=field, id=number)
        for number, (applies, message, hint) in refused.items()
        if applies
    ]


class ProtectedCharField(Protected, models.CharField):
    """A CharField whose column is encrypted."""


class ProtectedTextField(Protected, models.TextField):
    """A TextField whose column is encrypted."""


class ProtectedEmailField(Protected, models.EmailField):
    """An EmailField whose column is encrypted."""


class ProtectedIntegerField(Protected, models.IntegerField):
    """An IntegerField whose column is encrypted."""


class ProtectedBigIntegerField(Protected, models.BigIntegerField):
    """A BigIntegerField whose column is encrypted."""


class ProtectedUUIDField(Protected, models.UUIDField):
    """A UUIDField whose column is encrypted."""


class ProtectedDateField(Protected, models.DateField):
    """A DateField whose column is encrypted."""


class ProtectedDateTimeField(Protected, models.DateTimeField):
    """A DateTimeField whose column is encrypted."""

    by_token = False


class ProtectedDecimalField(Protected, models.DecimalField):
    """A DecimalField whose column is encrypted."""

    by_token = False


class ProtectedBooleanField(Protected, models.BooleanField):
    """A BooleanField whose column is encrypted."""

    by_token = False


class ProtectedJSONField(Protected, models.JSONField):
    """A JSONField whose column is encrypted."""

    by_token = False
