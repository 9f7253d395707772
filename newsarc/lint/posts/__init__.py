"""Lint of sites of posts: links that lead nowhere, the posts that they meant, and fixes in the form they are written.

Where a link leads is known when all posts are in the index. These findings are therefore computed in each run, from the
few pages that have such a link.
"""
