"""The course of training: up to a budget, with a log and checkpoints; on for some hours; and short runs side by side."""
