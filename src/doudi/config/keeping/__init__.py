"""Keeping a county's data: backups that reach to any moment, restoring, and what is checked afterwards."""
