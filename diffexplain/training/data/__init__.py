"""What networks are trained on: drawings, scenes as arrays, captions as tokens."""
