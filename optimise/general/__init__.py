"""Questions under every side constraint, and several goals at once."""
