"""Every step of a text-to-image pipeline, live."""
