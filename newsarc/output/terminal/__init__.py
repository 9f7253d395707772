"""Output for terminals. The only package that imports Rich."""
