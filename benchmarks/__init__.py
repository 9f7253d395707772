"""Benchmarks of speed, link suggestions and ranking. Run them from the checkout."""
