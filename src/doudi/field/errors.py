"""What stops a phone."""

from __future__ import annotations


class Wiped(Exception):
    """This device has been told to forget everything: it gets nothing more and nothing is taken from it."""


class Malformed(Exception):
    """What a phone sent cannot be read; the text is for the phone's screen."""
