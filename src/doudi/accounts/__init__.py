"""Staff, roles and jurisdictions; sign-in and second factor; the permission table.

A role at a place is an `Assignment`; `scope` turns the assignments of a moment into what somebody may do where. Read
`roles` and `permissions` (one table), then `access` (`permit`, `@requires`: the first wall), `middleware` (tells the
database who asks, for the second), `actions/sign_in` with `lockout` and `totp`. Rooms above that must be known here
plug themselves in through `port` (decision 0021).
"""
