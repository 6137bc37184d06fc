"""The made-up county: drawn whole in arrays, copied into an empty registry, and lived in by its own staff.

`generate` runs it all. `county` draws (`terrain`, `families`, `life`, `economy`, `hardship`, `evidence`, each with its
own random stream from `draws`), `load` copies, `truth` keeps what is really so beside it. Then `cases`, `money`,
`neighbours` and `feeds` act through the ordinary actions. See docs/reference/demo-county.md.
"""
