"""Analysis of links and dates: traversals, shortest paths, graphs, recommendations, timelines and statistics."""
