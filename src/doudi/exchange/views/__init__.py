"""Pages of the exchange, and its door for the other system."""
