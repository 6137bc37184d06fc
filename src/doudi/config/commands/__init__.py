"""The commands behind the `doudi` command line, by what they are for."""
