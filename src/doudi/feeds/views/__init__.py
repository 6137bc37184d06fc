"""The pages of feeds, and the door for machines."""
