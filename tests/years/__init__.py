"""Years of the whole county with trouble by seed: departments, warnings, cases, money, machines and hands that race."""
