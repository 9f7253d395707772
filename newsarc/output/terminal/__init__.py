"""Output on a terminal. Only here is Rich imported."""
