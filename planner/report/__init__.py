"""The report that is handed in: what it says, and the files it is said in."""
