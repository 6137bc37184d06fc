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
        self._awards()
        self._runs()
        self._bank()
        self._subsidy()
        self._reserve()

    def _awards(self) -> None:
        """A standard is not undone once somebody was paid on it."""
        from doudi.awards import paid_guard

        from .queries.paid import paid_on_new_amounts

        paid_guard.register("payments", paid_on_new_amounts)

    def _runs(self) -> None:
        """Runs: their pages, what waits on the workbench, the monthly builder, the jobs that fill and lock a list."""
        from doudi.console import navigation, panels
        from doudi.console.navigation import Group, NavItem
        from doudi.console.panels import Panel
        from doudi.jobs.steps import register

        from . import building
        from .actions import runs
        from .kinds import RunKind
        from .views.runs_panel import on_workbench

        building.register(RunKind.MONTHLY, runs.Monthly())
        register(runs.Build(), runs.Lock())
        navigation.register(NavItem("payments:runs", _("资金发放"), "yen", "payment.read", Group.MONEY, 10))
        panels.register(Panel("runs", "payments/_runs_panel.html", "payment.read", on_workbench, 6))

    def _bank(self) -> None:
        """Accounts and the bank: the jobs that write its files and read its answers, the card of a household."""
        from doudi.accounts.permissions import Permission
        from doudi.console import navigation
        from doudi.console.navigation import Group, NavItem
        from doudi.jobs.steps import register
        from doudi.registry import cards
        from doudi.registry.cards import Card

        from .actions.accounts_import import ImportAccounts
        from .actions.bank import SendBatch
        from .actions.returns import MatchReturn
        from .views.accounts import household_card

        register(SendBatch(), MatchReturn(), ImportAccounts())
        navigation.register(
            NavItem("payments:bank", _("银行代发"), "sync", "payment.read", Group.MONEY, 30),
            NavItem("payments:accounts", _("领款账户"), "id", "payment.read", Group.MONEY, 35),
            NavItem("payments:recoveries", _("追回"), "left", "payment.read", Group.MONEY, 60),
        )
        cards.register(
            Card("accounts", "payments/_household_accounts.html", Permission.PAYMENT_READ, household_card, 15)
        )

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

    def _reserve(self) -> None:
        """Reserve funds and emergencies: help first from every page (E), what waits on the workbench."""
        from doudi.console import navigation, panels
        from doudi.console.navigation import Group, NavItem
        from doudi.console.panels import Panel

        from . import building
        from .actions.relief_building import Temporary
        from .kinds import RunKind
        from .views.relief_panel import funds_on_workbench, help_on_workbench

        building.register(RunKind.TEMPORARY, Temporary())
        navigation.register(
            NavItem("payments:relief", _("先行救助"), "bolt", "case.handle", Group.CASEWORK, 20, key="e", urgent=True),
            NavItem("payments:reliefs", _("急难救助"), "hand", "case.read", Group.CASEWORK, 25),
            NavItem("payments:reserves", _("备用金"), "yen", "reserve.read", Group.MONEY, 50),
            NavItem("payments:relief_times", _("急难救助用时"), "clock", "figures.read", Group.INSIGHT, 25),
        )
        panels.register(Panel("relief", "payments/_relief_panel.html", "case.read", help_on_workbench, 4))
        panels.register(Panel("reserve", "payments/_reserve_panel.html", "reserve.read", funds_on_workbench, 9))
