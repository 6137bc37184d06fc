from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "doudi.awards"
    label = "awards"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
