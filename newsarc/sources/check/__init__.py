"""Checks whether sources answer: requests over the network, and what the answers mean."""
