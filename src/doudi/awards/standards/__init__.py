"""Many awards decided at once: what they pay, what the rulebook answers, and how the difference is written."""
