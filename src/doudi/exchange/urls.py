"""The addresses of the exchange."""

from __future__ import annotations

from django.urls import path

from .views import api, pages

app_name = "exchange"

urlpatterns = [
    path("", pages.home, name="home"),
    path("keys/", pages.issue, name="issue"),
    path("keys/<int:pk>/revoke/", pages.revoke, name="revoke"),
    path("incoming/again/", pages.again, name="again"),
    path("incoming/<int:pk>/", pages.incoming, name="incoming"),
    path("comparisons/compile/", pages.compile_report, name="compile"),
    path("comparisons/<int:pk>/", pages.comparison, name="comparison"),
    path("comparisons/<int:pk>/confirm/", pages.confirm, name="confirm"),
    path("comparisons/<int:pk>.xlsx", pages.sheet, name="sheet"),
    path("api/events", api.events, name="api_events"),
    path("api/acknowledgements", api.acknowledgements, name="api_acknowledgements"),
]
