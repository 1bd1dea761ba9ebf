"""Trade-off curves: people covered against sites or radius, each point with its proof."""
