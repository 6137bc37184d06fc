"""Addresses of verification."""

from django.urls import path

# The number of a household as an address is a converter that the registry registers.
from doudi.registry import urls as _registry  # noqa: F401

from .views import printing, rounds, signing

app_name = "verification"

urlpatterns = [
    path("", rounds.rounds, name="requests"),
    path("households/<household:number>/", signing.household, name="household"),
    path("households/<household:number>/sign/<int:person>/", signing.sign, name="sign"),
    path("households/<household:number>/pledge/", signing.pledge, name="pledge"),
    path("households/<household:number>/ask/", rounds.ask, name="ask"),
    path("consents/<int:pk>/withdraw/", signing.withdraw, name="withdraw"),
    path("consents/<int:pk>.pdf", printing.consent, name="consent_pdf"),
    path("requests/<int:pk>/", rounds.show, name="request"),
    path("requests/<int:pk>/start/", rounds.start, name="start"),
    path("requests/<int:pk>/close/", rounds.close, name="close"),
    path("queries/<int:pk>/again/", rounds.ask_again, name="ask_again"),
    path("items/<int:pk>/reason/", rounds.reason, name="reason"),
    path("reports/<int:pk>/objection/", rounds.objection, name="objection"),
    path("reports/<int:pk>.pdf", printing.report, name="report_pdf"),
    path("corrections/", rounds.corrections, name="corrections"),
    path("corrections/<int:pk>/", rounds.correction, name="correction"),
    path("pledges/", signing.samples, name="samples"),
    path("pledges/draw/", signing.draw, name="draw"),
    path("pledges/drawn/<int:pk>/", signing.outcome, name="outcome"),
    path("pledges/<int:pk>.pdf", printing.pledge, name="pledge_pdf"),
]
