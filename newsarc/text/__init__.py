"""Text processing: normalization, tokens, Markdown, width, suggestions and escaping."""
