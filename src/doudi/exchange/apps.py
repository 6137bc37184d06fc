from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "doudi.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Put the context's pages and jobs in their places."""
        from doudi.console import navigation
        from doudi.console.navigation import Group, NavItem
        from doudi.jobs.steps import register, schedule

        from .job import TendExchange

        register(TendExchange())
        schedule(TendExchange.kind, "*/5 * * * *")
        navigation.register(
            NavItem("exchange:home", _("防返贫数据交换"), "sync", "exchange.read", Group.INSIGHT, 30),
        )
