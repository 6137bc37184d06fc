from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "doudi.field"
    label = "field"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
