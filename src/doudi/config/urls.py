"""The URL configuration. Every view behind it names its permission or says that it is public (see docs)."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

# Contexts in the order of the house; each brings its own urls.py with its app_name.
CONTEXTS = [
    ("doudi.console.urls", ""),
    ("doudi.accounts.urls", ""),
    ("doudi.registry.urls", ""),
    ("doudi.casework.urls", "cases/"),
    ("doudi.practice.urls", "practice/"),
    ("doudi.awards.urls", "awards/"),
    ("doudi.payments.urls", "payments/"),
    ("doudi.verification.urls", "verification/"),
    ("doudi.feeds.urls", "feeds/"),
    ("doudi.monitoring.urls", "monitoring/"),
    ("doudi.services.urls", "services/"),
    ("doudi.field.urls", "field/"),
    ("doudi.exchange.urls", "exchange/"),
    ("doudi.rulebook.urls", "policy/"),
    ("doudi.places.urls", "places/"),
    ("doudi.documents.urls", "documents/"),
    ("doudi.jobs.urls", "jobs/"),
    ("doudi.audit.urls", "audit/"),
    ("doudi.oversight.urls", "oversight/"),
]

urlpatterns = [path(prefix, include(module)) for module, prefix in CONTEXTS if find_spec(module)]
handler400 = "doudi.console.views.bad_request"
