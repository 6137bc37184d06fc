"""Addresses of the audit pages."""

from django.urls import path

from . import views

app_name = "audit"

urlpatterns = [
    path("", views.event_list, name="events"),
    path("events.csv", views.event_csv, name="csv"),
    path("readers/", views.figures, name="figures"),
    path("seals/", views.seal_list, name="seals"),
    path("seals/head.txt", views.head, name="head"),
    path("alerts/<int:pk>/settle/", views.settle, name="settle"),
]
