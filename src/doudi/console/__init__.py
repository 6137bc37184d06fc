"""The staff shell: layout, navigation, components and helpers that every page is built from. Knows no context.

`components` are the frozen values that templates show, `navigation` the menu to which each room adds its entries,
`panels` the cards that rooms lend to each other's pages, `templatetags/doudi` how dates, money and numbers look.
See docs/reference/console.md.
"""
