from __future__ import annotations

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "doudi.places"
    label = "places"

    def ready(self) -> None:
        from doudi.accounts import port

        port.use_gazetteer(Divisions())


class Divisions:
    """The names of places for `accounts`, which lies below this room (docs/decisions/0021)."""

    def name(self, code: str) -> str:
        from .queries import place_name

        return place_name(code)

    def options(self, prefix: str, digits: int) -> list[tuple[str, str]]:
        from .queries import options

        return options(prefix, digits)
