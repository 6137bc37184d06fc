"""Addresses of money."""

from django.urls import URLPattern, path

from .views import finance, statements

app_name = "payments"

urlpatterns: list[URLPattern] = [
    # runs
    # accounts, bank, recoveries
    # reserve funds and emergency help
    # price subsidy
    # finance and statements
    path("finance/", finance.finance, name="finance"),
    path("finance/<slug:sheet>.xlsx", finance.finance_xlsx, name="finance_xlsx"),
    path("funds/", finance.funds, name="funds"),
    path("funds/open/", finance.open_fund, name="open_fund"),
    path("funds/inflow/", finance.inflow, name="inflow"),
    path("funds/budget/", finance.budget, name="budget"),
    path("funds/<int:pk>/", finance.fund_statement, name="fund_statement"),
    path("ledger/", finance.trial_balance, name="trial_balance"),
    path("ledger/<int:code>/", finance.township_statement, name="township_statement"),
    path("households/<household:number>/", statements.statement, name="statement"),
    path("households/<household:number>/statement.pdf", statements.statement_pdf, name="statement_pdf"),
]
