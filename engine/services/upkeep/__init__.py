"""Running Redress: jobs, incidents, backups and keys."""
