"""Addresses of the rulebook's pages."""

from django.urls import path

from .views import calculator, changes, curve, library, simulation, withdrawals

app_name = "rulebook"

urlpatterns = [
    path("", library.instruments, name="instruments"),
    path("law/<slug:key>/", library.instrument, name="instrument"),
    path("rules/", library.rules, name="rules"),
    path("parameters/", library.parameters, name="parameters"),
    path("parameters/<str:name>/", library.parameter, name="parameter"),
    path("parameters/<str:name>/propose/", changes.propose, name="propose"),
    path("drafts/", changes.drafts, name="drafts"),
    path("drafts/<int:pk>/", changes.draft, name="draft"),
    path("drafts/<int:pk>/values/<int:block>/remove/", changes.remove, name="remove_value"),
    path("drafts/<int:pk>/trial/", changes.try_out, name="try_out"),
    path("drafts/<int:pk>/publish/", changes.publish, name="publish"),
    path("drafts/<int:pk>/refuse/", changes.refuse, name="refuse"),
    path("values/<int:block>/withdraw/", withdrawals.ask, name="ask_withdrawal"),
    path("withdrawals/<int:pk>/", withdrawals.withdrawal, name="withdrawal"),
    path("withdrawals/<int:pk>/confirm/", withdrawals.confirm, name="withdraw"),
    path("withdrawals/<int:pk>/refuse/", withdrawals.refuse, name="keep_value"),
    path("coverage/", library.coverage, name="coverage"),
    path("calculator/", calculator.typed, name="calculator"),
    path("calculator/<str:number>/", calculator.registered, name="calculate"),
    path("calculator/<str:number>/curve/", curve.registered, name="household_curve"),
    path("curve/", curve.typed, name="curve"),
    path("simulation/", simulation.simulation, name="simulation"),
]
