"""Rules with their clauses, sources and formulas; what they ask of a scenario."""
