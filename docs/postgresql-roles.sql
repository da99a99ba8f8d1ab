-- A role for the application on PostgreSQL that cannot rewrite history.
--
-- Run it in the database of Redress, as the role that owns it, after “redress up” or any other
-- command has set it up once, and again after each update:
--
--     psql --dbname=redress --file=postgresql-roles.sql
--
-- Then give the role a password and let the application use it:
--
--     ALTER ROLE redress_app PASSWORD '...';
--     REDRESS_DATABASE_URL=postgresql://redress_app:...@host/redress
--
-- Updates that change the schema run once as the owner. The triggers forbid changes to everybody;
-- only the owner of a table can take its triggers away, and redress_app owns nothing.

DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'redress_app') THEN
        CREATE ROLE redress_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
    END IF;
END $$;

GRANT USAGE ON SCHEMA public TO redress_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO redress_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO redress_app;

REVOKE UPDATE, DELETE ON journal, organisation_event, checkpoint, review_pack FROM redress_app;
REVOKE INSERT, DELETE ON organisation_chain FROM redress_app;
REVOKE DELETE ON complaint_case FROM redress_app;
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM redress_app;
