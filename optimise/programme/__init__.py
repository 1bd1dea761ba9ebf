"""Any question as one programme over columns, rows of demand and rules."""
