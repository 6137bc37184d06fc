"""Addresses of practice."""

from django.urls import path

from . import views

app_name = "practice"
urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.start_run, name="start"),
    path("progress/", views.township_progress, name="township_progress"),
    path("progress/county/", views.county_progress, name="county_progress"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/<slug:task>/", views.task, name="task"),
]
