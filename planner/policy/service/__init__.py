"""Villages without a point: fixed, terminal or mobile, and the rounds of vehicles."""
