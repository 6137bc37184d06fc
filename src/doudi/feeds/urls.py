"""The addresses of feeds."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "feeds"
urlpatterns: list[URLPattern] = []
