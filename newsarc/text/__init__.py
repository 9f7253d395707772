"""Text as archives write it and as readers type it: normalization and tokens."""
