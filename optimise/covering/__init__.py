"""Covering questions without links between sites: reduce, search, bound, prove."""
