"""Alembic: loaded only where a schema is to be brought up to date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from sql.steps import HERE


def upgrade(connect: Callable[[], psycopg.Connection[Any]], begin: Callable[[psycopg.Connection[Any]], None]) -> None:
    """Bring the schema up to date, in one transaction, which `begin` begins. Raises psycopg.Error, and what `begin`
    does.
    """
    engine = create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool)
    try:
        with engine.connect() as connection, connection.begin():
            begin(connection.connection.driver_connection)  # type: ignore[arg-type]
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(HERE / "migrations"))
            config.set_main_option("path_separator", "os")
            command.upgrade(config, "head")
    except DBAPIError as error:
        raise (error.orig if isinstance(error.orig, psycopg.Error) else error) from error
