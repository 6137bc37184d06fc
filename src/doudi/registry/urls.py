"""Addresses of the registry."""

from django.urls import path, register_converter

from . import views
from .views.tasks import TASKS

app_name = "registry"


class HouseholdNumber:
    """Letters, digits and dashes only, so that nothing else reaches the database."""

    regex = "[A-Za-z0-9-]{1,20}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


register_converter(HouseholdNumber, "household")

urlpatterns = [
    path("search/", views.search, name="search"),
    path("households/", views.household_list, name="households"),
    path("households/views/", views.save_view, name="save_view"),
    path("households/export/", views.export, name="export"),
    path("households/import/", views.import_new, name="import_new"),
    path("households/import/<int:pk>/", views.import_preview, name="import_preview"),
    path("households/import/<int:pk>/correction.xlsx", views.import_correction, name="import_correction"),
    path("households/numbers/", views.numbers, name="numbers"),
    path("roster/", views.roster, name="roster"),
    path("households/new/", views.household_new, name="household_new"),
    path("households/<household:number>/", views.household, name="household"),
    path("households/<household:number>/file.pdf", views.household_pdf, name="household_pdf"),
    path("households/<household:number>/records/", views.household_records, name="household_records"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/merge/", views.merge, name="merge"),
    path("people/<int:pk>/reveal/", views.reveal, name="reveal"),
    *[path(task.route, task.view(), name=task.name) for task in TASKS],
]
