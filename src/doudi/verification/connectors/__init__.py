"""Which way a question goes: what was received already, else the provincial network, in a demo the simulator."""

from __future__ import annotations

from datetime import date

from django.conf import settings

from .port import Connector, Question
from .province import ProvincialNetwork
from .received import ReceivedFeeds
from .rehearsal import near_declared
from .simulator import Simulator

_plugged: list[Connector] = []


class NoNetwork(Exception):
    """No network is configured and nothing was received: there is nobody to ask."""


def plug(connector: Connector | None) -> None:
    """Use this network instead of the configured one; None: the configured one again."""
    _plugged[:] = [connector] if connector else []


def network() -> Connector:
    """The live network. Raises NoNetwork, BadAddress."""
    if _plugged:
        return _plugged[0]
    if settings.DOUDI_PROVINCE_URL:
        return ProvincialNetwork(settings.DOUDI_PROVINCE_URL, settings.DOUDI_PROVINCE_KEY)
    if settings.DOUDI_DEMO:
        return Simulator(says=near_declared)
    raise NoNetwork


def for_question(question: Question, on: date) -> Connector:
    """Who is asked. Raises NoNetwork."""
    kept = ReceivedFeeds()
    return kept if kept.has(question, on) else network()


def named(name: str) -> Connector | None:
    """The connector that gave a ticket, if it is still in use."""
    if name == ReceivedFeeds.name:
        return ReceivedFeeds()
    live = network()
    return live if live.name == name else None
