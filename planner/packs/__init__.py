"""Scenarios packed into one file with all that they need, and unpacked with care."""
