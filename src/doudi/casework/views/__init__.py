"""Pages of casework: parse, call, render."""
