"""Questions with capacities."""
