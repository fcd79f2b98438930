"""Tensors in, tensors out: levels, samplers, recording, previews. Knows no widget and no Jupyter."""
