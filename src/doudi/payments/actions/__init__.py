"""What may be done with money; other contexts come in here and through `queries` alone."""
