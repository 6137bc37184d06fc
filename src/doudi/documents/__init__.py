"""Files that prove something: encrypted at rest, known by their bytes; and the printed forms.

`upload` and `sniffing` let in only what a file says it is, `objects` keeps it sealed in pieces (decision 0031),
`owners` is where rooms say whose file is whose, `forms/` prints with a code that `views.verify` confirms.
"""
