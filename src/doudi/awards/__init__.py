"""Ongoing entitlements: granted by a determination, changed and ended only by dated acts with their reasons."""
