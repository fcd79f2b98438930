"""The worker that owns a pipeline, and the messages between it and a page."""
