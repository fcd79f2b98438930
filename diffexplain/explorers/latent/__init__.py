"""Why the work is done on few numbers: a picture, its latents, and what becomes of it where they are changed."""
