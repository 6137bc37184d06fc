from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "doudi.payments"
    label = "payments"

    def ready(self) -> None:
        """Pages into the navigation, cards onto the household page, builders and jobs into their places."""
        from doudi.console import navigation
        from doudi.console.navigation import Group, NavItem

        navigation.register(NavItem("payments:finance", _("资金总览"), "chart", "ledger.read", Group.MONEY, 90))
        self._runs()
        self._bank()
        self._subsidy()

    def _runs(self) -> None:
        """Runs: the monthly builder, the jobs that fill and lock a list."""
        from doudi.jobs.steps import register

        from . import building
        from .actions import runs
        from .kinds import RunKind

        building.register(RunKind.MONTHLY, runs.Monthly())
        register(runs.Build(), runs.Lock())

    def _bank(self) -> None:
        """Accounts and the bank: the jobs that write its files and read its answers."""
        from doudi.jobs.steps import register

        from .actions.bank import SendBatch
        from .actions.returns import MatchReturn

        register(SendBatch(), MatchReturn())

    def _subsidy(self) -> None:
        """The price subsidy: how its list is built, its page, its clock on the workbench."""
        from doudi.console import navigation, panels
        from doudi.console.navigation import Group, NavItem
        from doudi.console.panels import Panel

        from . import building
        from .actions.subsidy_building import PriceSubsidy
        from .kinds import RunKind
        from .views.subsidy_panel import on_workbench

        building.register(RunKind.PRICE_SUBSIDY, PriceSubsidy())
        navigation.register(NavItem("payments:subsidy", _("价格补贴联动"), "chart", "payment.read", Group.MONEY, 40))
        panels.register(Panel("price_subsidy", "payments/_subsidy_panel.html", "payment.read", on_workbench, 8))
