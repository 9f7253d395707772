"""Creates a new post of a site: :func:`post_draft` makes its draft in the style of the newest posts."""

from newsarc.scaffold.post.post_draft import post_draft

__all__ = ["post_draft"]
