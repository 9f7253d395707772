"""Events, links and findings → what a terminal, a pipe or another program reads."""
