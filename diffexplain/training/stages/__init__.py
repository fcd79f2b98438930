"""What is particular to the training of each network: its batches, its loop, its figures on scenes that are kept apart."""
