from django.apps import AppConfig
from django.core.checks import register


class PrivacyConfig(AppConfig):
    name = "doudi.privacy"
    label = "privacy"

    def ready(self) -> None:
        from .datamap import check

        register(check)
