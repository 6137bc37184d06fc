"""Addresses of awards."""

from django.urls import path

from . import views
from .views import recalculations, standards

app_name = "awards"

urlpatterns = [
    path("", views.awards, name="awards"),
    path("standards/", standards.standards, name="standards"),
    path("standards/<int:pk>/", standards.standard, name="standard"),
    path("standards/<int:pk>/estimate/", standards.estimate, name="estimate_standard"),
    path("standards/<int:pk>/apply/", standards.apply, name="apply_standard"),
    path("standards/<int:pk>/undo/", standards.undo, name="undo_standard"),
    path("standards/<int:pk>/notices/", standards.notices, name="standard_notices"),
    path("recalculations/", recalculations.recalculations, name="recalculations"),
    path("recalculations/start/", recalculations.start, name="recalculate"),
    path("recalculations/<int:pk>/", recalculations.recalculation, name="recalculation"),
    path("recalculations/findings/<int:pk>/", recalculations.settle, name="settle_finding"),
    path("<household:number>/", views.award, name="award"),
]
