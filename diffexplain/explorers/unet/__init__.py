"""The network itself: what it is built of, what its blocks hand on, and what each of them is good for."""
