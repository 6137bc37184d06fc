from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "doudi.monitoring"
    label = "monitoring"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
