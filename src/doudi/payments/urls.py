"""Addresses of money."""

from django.urls import URLPattern

app_name = "payments"

urlpatterns: list[URLPattern] = [
    # runs
    # accounts, bank, recoveries
    # reserve funds and emergency help
    # price subsidy
    # finance and statements
]
