"""The second opinion: every claim of a plan's files computed again, another way."""
