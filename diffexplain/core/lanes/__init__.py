"""Lanes: several samplers, seeds, prompts and guidances in one batched loop, each the same as a run of its own."""

from diffexplain.core.lanes.lane import Lane
from diffexplain.core.lanes.sampling import SamplingState, sample, sampling

__all__ = ["Lane", "SamplingState", "sample", "sampling"]
