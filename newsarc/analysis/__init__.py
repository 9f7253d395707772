"""What follows from links and dates: walks, shortest paths, graphs, recommendations, timelines, statistics."""
