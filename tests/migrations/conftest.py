"""A database that an ordinary role migrates, by each of the tools."""

import contextlib
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from psycopg import sql

from kwtools.cluster import SUPERUSER, Place
from tests.conftest import Database, unique
from tests.migrations.tools import EXAMPLES, TOOLS, Tool
from tests.upgrade.conftest import empty, with_releases
from tests.upgrade.test_next_release import following

__all__ = ["empty", "following", "with_releases"]


@dataclass(frozen=True)
class Shop:
    """The application of the examples: its database, its roles, and what it does."""

    db: Database
    owner: str
    app: str
    environment: dict[str, str]

    def prepare(self) -> None:
        """Run what a superuser runs once for each database."""
        subprocess.run(
            ["psql", "-X", "-q", "-f", EXAMPLES / "as_superuser.sql"],
            env={"PATH": "/usr/bin:/bin", **self.environment, "PGUSER": SUPERUSER},
            check=True,
        )

    def write(self, name: str) -> None:
        """Insert a person, as the application does."""
        key = uuid.uuid4()
        insert = """
            insert into people (id, name, email, phone)
            values (
                %(id)s, %(name)s,
                kw.encrypt_text('people', %(id)s, 'email', %(name)s || '@example.org'),
                kw.encrypt_text('people', %(id)s, 'phone', '+44 ' || %(name)s)
            )
        """
        with self.db.place.connect(self.db.name, self.app) as connection:
            connection.execute(insert, {"id": key, "name": name})

    def read(self) -> list[tuple[object, ...]]:
        """Return name, email and phone of everybody, as the application reads them."""
        return self.db.sql(
            """
            select name, kw.decrypt_text('people', id, 'email', email::bytea),
                kw.decrypt_text('people', id, 'phone', phone::bytea)
            from people order by name
            """,
            user=self.app,
        )

    def made(self) -> dict[str, list[tuple[object, ...]]]:
        """Return what a migration makes, but for the application's tables."""
        rows = {
            "extension": "select extversion from pg_extension where extname = 'kwtools'",
            "providers": "select name, provider from kw.kms_providers",
            "keys": "select id, external_key_ref, status from kw.kms_keys order by id",
            "policies": "select id, policy_name, mode from kw.encryption_policies order by id",
            "wrappers": "select wrapper_uuid, status from kw.key_wrappers order by id",
            "bindings": """
                select entity_table, entity_pk, field_name, status, key_wrapper_id
                from kw.encryption_bindings order by id
            """,
        }
        return {kind: self.db.sql(query) for kind, query in rows.items()}

    def type_of(self, column: str) -> str:
        """Return the type of a column of people."""
        ((found,),) = self.db.sql(
            """
            select format_type(atttypid, atttypmod) from pg_attribute
            where attrelid = 'people'::regclass and attname = %s
            """,
            column,
        )
        return str(found)


@pytest.fixture
def make_shop(with_releases: Place) -> Iterator[Callable[..., Shop]]:
    """``make_shop()``: an empty database of an ordinary role. ``make_shop(other)`` copies one."""
    made: list[Shop] = []
    closing = contextlib.ExitStack()

    def make(template: Shop | None = None) -> Shop:
        name = unique("shop")
        if template is None:
            owner, app, key = unique("owner"), unique("app"), unique("key").replace("_", "-")
            with with_releases.connect() as connection:
                for role in (owner, app):
                    connection.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
        else:
            owner, app, key = template.owner, template.app, template.environment["SHOP_KEY"]
        source = template.db.name if template else "template0"  # which nobody connects to
        with with_releases.connect() as connection:
            connection.execute(
                sql.SQL("create database {} owner {} template {} strategy file_copy").format(
                    *map(sql.Identifier, (name, owner, source))
                )
            )
        environment = {
            **with_releases.environment(name, owner),
            "SHOP_OWNER": owner,
            "SHOP_APP": app,
            "SHOP_PROVIDER": "local",
            "SHOP_KIND": "local",
            "SHOP_KEY": key,
            "SQITCH_FULLNAME": "Shop",
            "SQITCH_EMAIL": "shop@example.org",
            "HOME": str(with_releases.base),  # no files of the caller's
        }
        database = Database(with_releases, name, closing)
        made.append(Shop(database, owner, app, environment))
        return made[-1]

    with closing:
        yield make
    with with_releases.connect() as connection:
        for shop in made:
            connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(shop.db.name))
            )
        for role in {role for shop in made for role in (shop.owner, shop.app)}:
            connection.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))


@pytest.fixture
def shop(make_shop: Callable[..., Shop]) -> Shop:
    """An empty database, owned by the role that runs migrations."""
    return make_shop()


@pytest.fixture(params=TOOLS, ids=lambda tool: tool.folder)
def tool(request: pytest.FixtureRequest, shop: Shop, tmp_path: Path) -> Tool:
    """Each tool, in the environment of ``shop``."""
    made: Tool = request.param(tmp_path, shop.environment)
    return made
