"""Runs migrations on the connection that ``Database.migrate`` hands in."""

from alembic import context
from sqlmodel import SQLModel

from engine.store import (  # they register their tables
    assessment_tables,  # noqa: F401
    authority_tables,  # noqa: F401
    chain_tables,  # noqa: F401
    document_tables,  # noqa: F401
    door_tables,  # noqa: F401
    draft_tables,  # noqa: F401
    evidence_tables,  # noqa: F401
    extension_tables,  # noqa: F401
    fact_tables,  # noqa: F401
    identity_tables,  # noqa: F401
    inquiry_tables,  # noqa: F401
    issue_tables,  # noqa: F401
    kinship_tables,  # noqa: F401
    migration_tables,  # noqa: F401
    platform_tables,  # noqa: F401
    privacy_tables,  # noqa: F401
    reach_tables,  # noqa: F401
    referral_tables,  # noqa: F401
    release_tables,  # noqa: F401
    remedy_tables,  # noqa: F401
    respondent_tables,  # noqa: F401
    scenario_tables,  # noqa: F401
    tables,  # noqa: F401
)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
