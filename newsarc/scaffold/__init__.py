"""New files: events, and the configuration of an archive."""
