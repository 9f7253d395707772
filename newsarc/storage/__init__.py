"""Files, folders, processes and git: everything that touches the disk."""
