"""One log of every read and write that matters: append-only, sealed, verifiable from outside.

Actions call `actions.record` in their own transaction. `sealing` chains what was committed into signed batches
(SM3, Ed25519; decisions 0040 to 0042), `verify` looks for what does not fit, `export` takes the log out of the house
for `tools/verify_audit.py`, which shares no code with us. `labels` says in words what an act was.
"""
