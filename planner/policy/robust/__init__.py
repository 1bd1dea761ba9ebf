"""What of a plan holds when people, roads and places are other than thought."""
