"""The networks and how they are called: each built with random weights or loaded from its folder, and the pipeline that they make."""
