"""Addresses of the rulebook's pages."""

from django.urls import path

from .views import calculator, library, simulation

app_name = "rulebook"

urlpatterns = [
    path("", library.instruments, name="instruments"),
    path("law/<slug:key>/", library.instrument, name="instrument"),
    path("rules/", library.rules, name="rules"),
    path("parameters/", library.parameters, name="parameters"),
    path("parameters/<str:name>/", library.parameter, name="parameter"),
    path("coverage/", library.coverage, name="coverage"),
    path("calculator/", calculator.typed, name="calculator"),
    path("calculator/<str:number>/", calculator.registered, name="calculate"),
    path("simulation/", simulation.simulation, name="simulation"),
]
