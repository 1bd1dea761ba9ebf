"""Regions from extracts, recipes and files of one's own."""
