"""The handover pack: one plan in every format of a GIS team, read back before it leaves."""
