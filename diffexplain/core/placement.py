"""Where a network computes: not always where its weights lie."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import torch


def device_of(network: Any) -> torch.device:
    """Return the device that a network computes on. Offloaded weights wait elsewhere, and ``network.device`` says ``meta`` or ``cpu`` then."""
    for module in network.modules():
        hook = getattr(module, "_hf_hook", None)  # accelerate's
        for each in (hook, *getattr(hook, "hooks", ())):
            device = getattr(each, "execution_device", None)
            if device is not None:
                return torch.device(device)
    with suppress(ImportError, ValueError):  # ValueError: its weights are not offloaded in groups
        from diffusers.hooks.group_offloading import _get_group_onload_device

        return torch.device(_get_group_onload_device(network))
    return next((each.device for each in network.parameters()), torch.device("cpu"))
