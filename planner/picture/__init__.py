"""The plan as an A4 map sheet, drawn without a browser."""
