from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "doudi.verification"
    label = "verification"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
