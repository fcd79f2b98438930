"""From a sentence to vectors: what a pipeline's text encoders read, layer by layer."""
