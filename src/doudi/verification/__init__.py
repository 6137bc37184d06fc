"""Verification of household economic status: consent, request, sources' answers, report, objection."""
