"""Samplers side by side: the same noise, the same network, different ways down."""
