"""Which noise should go? The network learns it: how its examples are made, and what becomes of it while it is trained on them."""
