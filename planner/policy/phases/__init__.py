"""Openings year by year, and the price of only ever adding."""
