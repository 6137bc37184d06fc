"""Addresses of the watch over reading."""

from django.urls import path

from . import views

app_name = "oversight"
urlpatterns = [
    path("", views.reading_list, name="list"),
    path("<int:pk>/", views.reading, name="reading"),
]
