"""Archived copies of sources: how web archives are asked, and which copy is the best."""
