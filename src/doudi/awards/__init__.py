"""Ongoing entitlements: granted by a determination, changed and ended only by dated acts with their reasons.

Read `kinds` and `models`, then `actions/granting`, `changing` and `ending`; `months` says what is due month by month,
which is what payments asks. `entitlements` reads a decision of the rulebook. `standards` is a standard that rises:
its effect, every award decided again, back-pay, undoing. Nothing here is edited: an act follows an act.
"""
