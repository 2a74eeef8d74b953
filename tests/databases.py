"""What the tests of the workspace share besides fixtures."""

import uuid

from sqlalchemy import create_engine, text

from workbench.domain.changes import Change


def new_postgresql(server: str) -> str:
    """An empty database on the server."""
    name = f"w{uuid.uuid4().hex[:12]}"
    engine = create_engine(
        server.replace("postgresql://", "postgresql+pg8000://") + "/postgres",
        isolation_level="AUTOCOMMIT",
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{server}/{name}"


def change(table: str, key: str, before, after) -> Change:
    """A change, shortly."""
    return Change(table, key, before, after)


def meddle(url: str, *statements: str) -> None:
    """Change the database behind the workbench's back."""
    engine = create_engine(url.replace("postgresql://", "postgresql+pg8000://"))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
