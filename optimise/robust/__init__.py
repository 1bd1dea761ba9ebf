"""What of a plan holds if people, roads and sites are not what the data say."""
