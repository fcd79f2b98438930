"""What fine-tuning learns and forgets, with replay and without, on five seeds: ``python -m tests.benchmarks.finetune``.

Some minutes on one core. Says of each seed and each way the agreement of samples of the new thing and of old ones in CLIP, and the
error on old pictures, before the first update and after the last.
"""

from __future__ import annotations

import argparse
from unittest.mock import patch

import numpy as np
import torch

import diffexplain as dx
from diffexplain.explorers.finetune import explorer as module
from diffexplain.explorers.finetune.messages import Look

SEEDS, UPDATES = 5, 60


def taught(seed: int, thing: str, replay: float, updates: int) -> tuple[Look, Look]:
    """The first look and the last."""
    with patch.object(module, "LOOK", updates):
        explorer = dx.FineTuneExplorer(thing=thing, seed=seed, replay=replay, goal=updates).wait()
    first, last = (message for message in explorer.recorded if isinstance(message, Look))
    explorer.close()
    return first, last


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--thing", default="dragon")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--updates", type=int, default=UPDATES)
    given = parser.parse_args()
    torch.set_num_threads(1)
    print("seed replay  new thing        old things       error on old pictures")
    for seed in range(given.seeds):
        for replay in (0.0, 0.5):
            first, last = taught(seed, given.thing, replay, given.updates)
            columns = [(look.new_agreement, look.old_agreement, look.old) for look in (first, last)]
            told = "  ".join(f"{np.mean(a):6.3f} -> {np.mean(b):5.3f}" for a, b in zip(*columns, strict=True))
            print(f"{seed:4d} {replay:6.1f}  {told}", flush=True)


if __name__ == "__main__":
    main()
