"""One log of every read and write that matters: append-only, sealed, verifiable from outside."""
