"""What our county and the rural-revitalisation department tell each other, and the quarterly comparison.

`kinds` says which acts of our log are told; `actions/publishing` numbers them in the order of commit (decision 0097),
`queries/feed` is what the other side reads. `actions/receiving` takes theirs in, a timeline and no commands (decision
0098). `actions/comparing` freezes both lists side by side. `port` is the contract, `simulator` their system on a bad
day. Nobody sends a number: `keys` makes the digests. See docs/reference/exchange.md.
"""
