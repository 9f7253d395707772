"""Output for terminals, pipes and other programs: tables, JSON, CSV, graphs, pictures and exports."""
