"""The rulebook on pages: law, parameters and their publication, the case calculator, and simulation for leaders.

`queries/book` lays the county's own values over `policy`; `actions` change them by two people; `trial` tries a draft
on the register before it is published; `population` gathers the county's table every hour; `queries/simulation`
asks it.
"""
