"""p-center questions."""
