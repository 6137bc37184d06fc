"""Pages and the phone's own addresses."""
