from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "doudi.casework"
    label = "casework"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
