"""Addresses of money."""

from django.urls import URLPattern, path

from .views import finance, relief, relief_after, reserve, statements, subsidy

app_name = "payments"

urlpatterns: list[URLPattern] = [
    # runs
    # accounts, bank, recoveries
    # reserve funds and emergency help
    path("relief/", relief.relief, name="relief"),
    path("relief/who/", relief.relief_who, name="relief_who"),
    path("relief/told/", relief.relief_told, name="relief_told"),
    path("relief/list/", relief_after.reliefs, name="reliefs"),
    path("relief/times/", relief_after.relief_times, name="relief_times"),
    path("relief/asks/<int:pk>/", relief_after.relief_ask, name="relief_ask"),
    path("relief/decided/<int:pk>/", relief_after.relief_arrange, name="relief_arrange"),
    path("relief/<int:pk>/", relief_after.relief_plan, name="relief_plan"),
    path("relief/<int:pk>/pay/<int:number>/", relief_after.relief_part, name="relief_part"),
    path("relief/<int:pk>/visit/", relief_after.relief_visit, name="relief_visit"),
    path("reserve/", reserve.reserves, name="reserves"),
    path("reserve/open/", reserve.reserve_open, name="reserve_open"),
    path("reserve/<int:pk>/", reserve.reserve, name="reserve"),
    path("reserve/<int:pk>/ledger.pdf", reserve.reserve_pdf, name="reserve_pdf"),
    path("reserve/<int:pk>/ledger.xlsx", reserve.reserve_xlsx, name="reserve_xlsx"),
    path("reserve/<int:pk>/ask/", reserve.reserve_ask, name="reserve_ask"),
    path("reserve/<int:pk>/change/", reserve.reserve_change, name="reserve_change"),
    path("reserve/<int:pk>/back/", reserve.reserve_back, name="reserve_back"),
    path("reserve/<int:pk>/count/", reserve.reserve_count, name="reserve_count"),
    path("reserve/counts/<int:pk>/", reserve.reserve_confirm, name="reserve_confirm"),
    path("reserve/top-ups/<int:pk>/", reserve.reserve_decide, name="reserve_decide"),
    path("reserve/top-ups/<int:pk>/pay/", reserve.reserve_pay, name="reserve_pay"),
    # price subsidy
    path("subsidy/", subsidy.subsidy, name="subsidy"),
    path("subsidy/enter/", subsidy.enter, name="subsidy_enter"),
    path("subsidy/import/", subsidy.import_file, name="subsidy_import"),
    path("subsidy/index/<int:pk>/correct/", subsidy.correct, name="subsidy_correct"),
    path("subsidy/index/<int:pk>/confirm/", subsidy.confirm, name="subsidy_confirm"),
    path("subsidy/<slug:month>/", subsidy.month, name="subsidy_month"),
    path("subsidy/<slug:month>/start/", subsidy.start, name="subsidy_start"),
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
