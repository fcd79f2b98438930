"""Reading weights, by one thread at a time."""

from __future__ import annotations

from threading import Lock

ONE_AT_A_TIME = Lock()
"""Held while weights are read: the libraries make empty networks by exchanging methods of ``torch.nn.Module``, for all threads at once."""
