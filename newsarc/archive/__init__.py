"""The pages of an archive, and the resolution of REFs."""
