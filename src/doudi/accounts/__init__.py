"""Staff, roles and jurisdictions; sign-in and second factor; the permission table."""
