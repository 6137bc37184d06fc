from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "doudi.feeds"
    label = "feeds"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
