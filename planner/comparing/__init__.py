"""Two or more plans side by side: what differs, on the map, in tables and files."""
