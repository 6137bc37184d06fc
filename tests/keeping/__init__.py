"""Keeping the county: backups, restores to a moment, upgrades of databases made earlier."""
