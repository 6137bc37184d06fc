"""Addresses of the shell itself."""

from django.urls import path

from . import views

app_name = "console"

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("help/", views.help_page, name="help"),
]
