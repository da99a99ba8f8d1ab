"""Runs migrations on the connection that ``Database.migrate`` hands in."""

from importlib import import_module
from pkgutil import iter_modules

from alembic import context
from sqlmodel import SQLModel

from engine.store import tables

# Each module registers its tables.
for module in iter_modules(tables.__path__, f"{tables.__name__}."):
    import_module(module.name)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
