"""What is counted is what the network was asked, whoever asks."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import torch

from diffexplain.core.evaluations import Evaluations, counted
from tests import tiny


@pytest.mark.parametrize(("name", "rows"), [("sd", 2), ("sdxl", 2), ("flux", 1), ("pixart", 2)])
def test_guidance_asks_twice_where_the_pipeline_does(name: str, rows: int) -> None:
    pipe = tiny.build(name)
    denoiser = getattr(pipe, "unet", None) or pipe.transformer
    with counted(denoiser) as count:
        pipe(**tiny.arguments(name), num_inference_steps=3)
    assert (count.calls, count.rows) == (3, 3 * rows)
    assert not denoiser._forward_pre_hooks


def test_rows_of_a_batch_count_each() -> None:
    pipe = tiny.sd()
    with counted(pipe.unet) as count:
        pipe(["a", "red"], num_inference_steps=2, guidance_scale=1.0)
        pipe("a", num_inference_steps=2, guidance_scale=4.0)
    assert (count.calls, count.rows) == (4, 8)


def test_what_on_call_raises_leaves_the_pipeline_and_the_network_clean() -> None:
    pipe = tiny.sd()

    def stop(count: Evaluations) -> None:
        if count.calls == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError), counted(pipe.unet, stop) as count:
        pipe("a", num_inference_steps=5)
    assert count.calls == 2
    assert not pipe.unet._forward_pre_hooks


def test_another_thread_is_not_counted() -> None:
    network: Any = torch.nn.Linear(2, 2)
    with counted(network) as count:
        other = threading.Thread(target=network, args=(torch.zeros(5, 2),))
        other.start()
        other.join()
        network(torch.zeros(3, 2))
    assert (count.calls, count.rows) == (1, 3)
