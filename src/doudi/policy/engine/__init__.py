"""One small expression tree between a rule and the ways of running it: one case, a population, an explanation."""
