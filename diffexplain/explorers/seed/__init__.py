"""Many seeds under one sentence: what the sentence fixes, what chance decides, and the way from one noise to another."""
