from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "doudi.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
