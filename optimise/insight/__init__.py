"""What a plan is worth: trade-offs, sites one by one, shadow prices."""
