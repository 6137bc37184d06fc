"""The addresses of services."""

from __future__ import annotations

from django.urls import path

# The number of a household as an address is a converter that the registry registers.
from doudi.registry import urls as _registry  # noqa: F401

from .views import lists, one

app_name = "services"

urlpatterns = [
    path("", lists.referrals, name="referrals"),
    path("unmet/", lists.unmet_needs, name="unmet"),
    path("list.xlsx", lists.sheet, name="sheet"),
    path("returned/", lists.returned, name="returned"),
    path("households/<household:number>/send/", one.send, name="send"),
    path("<int:pk>/", one.show, name="referral"),
    path("<int:pk>.pdf", one.letter, name="letter"),
    path("<int:pk>/accept/", one.accept, name="accept"),
    path("<int:pk>/refuse/", one.refuse, name="refuse"),
    path("<int:pk>/give/", one.give, name="give"),
    path("<int:pk>/give-nothing/", one.give_nothing, name="give_nothing"),
    path("<int:pk>/withdraw/", one.withdraw, name="withdraw"),
    path("<int:pk>/reveal/", one.reveal, name="reveal"),
]
