"""The pages of an archive as they are read, and what a REF means in it."""
