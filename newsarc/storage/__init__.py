"""Files, folders, processes and git: all that reaches the disk, safely."""
