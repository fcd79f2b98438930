"""Guidance: what the network says with the text and without it, and what becomes of the two."""
