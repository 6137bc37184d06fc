from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "doudi.services"
    label = "services"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
