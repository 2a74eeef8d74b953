"""Migrations of the workspace's schema, run by Alembic."""
