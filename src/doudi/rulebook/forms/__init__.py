"""Forms of the rulebook's pages."""
