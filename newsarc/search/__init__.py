"""Search: ranked results of queries, scans of pages, and explanations for empty results."""
