"""Settings, URLs, wiring and the command line.

`environment` reads and checks the variables, `settings` derives Django's from them, `cli` has every command of
`doudi`, each a function in `commands/`. `checking` is `./run check`, `testing` is `./run test`.
"""
