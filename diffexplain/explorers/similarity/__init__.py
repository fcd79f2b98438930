"""Pictures and texts in one space: how alike each pair is, live."""
