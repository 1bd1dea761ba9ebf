"""Three tiers: points, stations between, centres at the end; sited together or in turn."""
