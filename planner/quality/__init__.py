"""How good a region's data is, township by township."""
