"""Doudi 兜底: an open social-assistance platform for a Chinese county."""

__version__ = "0.1.0"
