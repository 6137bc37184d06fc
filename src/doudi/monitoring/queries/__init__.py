"""Reading warnings, tasks, leads and the ledger of indicators."""
