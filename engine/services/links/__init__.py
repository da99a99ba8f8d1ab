"""Complaints that belong together: linked, merged, split."""
