"""A blog post whose explorers draw in the reader's browser."""
