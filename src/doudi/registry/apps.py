from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "doudi.registry"
    label = "registry"

    def ready(self) -> None:
        """Put the registry into the navigation and on the workbench."""
        from doudi.console import navigation, panels
        from doudi.console.navigation import Group, NavItem
        from doudi.console.panels import Panel
        from doudi.documents import owners
        from doudi.jobs.steps import register

        from . import panels as own
        from .exporting import ExportHouseholds
        from .imports import ImportPeople
        from .owners import find_household, find_person

        register(ImportPeople(), ExportHouseholds())
        owners.register("household", find_household)
        owners.register("person", find_person)

        navigation.register(
            NavItem("registry:households", _("家庭档案"), "house", "person.read", Group.SUBJECTS, 10, key="h"),
            NavItem("registry:roster", _("低收入人口库"), "people", "person.read", Group.SUBJECTS, 20, key="r"),
        )
        panels.register(
            Panel("registry_opened", "registry/_lately_opened.html", "person.read", own.lately_opened, 20),
            Panel("registry_new", "registry/_lately_registered.html", "person.read", own.lately_registered, 30),
            Panel("registry_places", "registry/_own_places.html", "person.read", own.own_places, 20, "side"),
        )
