"""Run by Alembic: over the connection that `sql.database` hands in, or as a script for the DBA (`--sql`)."""

from alembic import context

connection = context.config.attributes.get("connection")
if connection is None:
    context.configure(dialect_name="postgresql", literal_binds=True)
else:
    context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
