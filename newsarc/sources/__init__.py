"""What is known about the sources of events: whether they still answer, and where they are archived."""
