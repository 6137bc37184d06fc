"""What may be asked of money; other contexts come in here and through `actions` alone."""
