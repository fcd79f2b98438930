"""Maps of the space that a CLIP has for pictures and texts: fitted, kept in files, and the one that ships."""
