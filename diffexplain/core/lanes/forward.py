"""One denoiser call for all live lanes, in as few pieces as memory allows."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core import memory
from diffexplain.core.adapters import weighted_by_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diffexplain.core.attention import StepAttention
    from diffexplain.core.lanes.attention import LaneAttention
    from diffexplain.core.lanes.preparing import LaneRun


class Forward:
    """The denoiser (and the ControlNet beside it) of several runs at once.

    Attributes:
        most: Bytes that one call may take.
        calls: Denoiser calls so far.
    """

    def __init__(self, pipe: Any, budget: int | None = None, listener: LaneAttention | None = None) -> None:
        self.denoiser, self.listener = pipe.unet, listener
        self.controlnet: Any = getattr(pipe, "controlnet", None)
        self.device: torch.device = pipe._execution_device
        self.most = memory.budget(self.device) if budget is None else budget
        self.calls = 0

    def __call__(self, runs: Sequence[LaneRun]) -> Iterator[tuple[LaneRun, torch.Tensor, StepAttention | None]]:
        """Yield each run with its prediction, (rows, channels, height, width), and where the denoiser looked, if anybody listens.

        Raises:
            AttentionError: Where keeping the attention would take more memory than its budget.
            MemoryShortError: Where the device has no room for even one run.
        """
        for group in alike(runs):
            waiting = list(group)
            while waiting:
                height, width = waiting[0].latents.shape[-2:]
                each = memory.row_bytes(self.denoiser, height, width) * (2 if self.controlnet is not None else 1)
                piece = _piece(waiting, max(self.most // each, 1))
                try:
                    predictions = self._predict(piece)
                except Exception as error:
                    if not memory.is_shortage(error):
                        raise
                    rows = sum(run.rows for run in piece)
                    if len(piece) == 1:
                        trace = piece[0].trace
                        raise memory.shortage(
                            error, self.device, each * rows, trace.height or 0, trace.width or 0, rows
                        ) from error
                    self.most = each * rows // 2
                    predictions = None
                if predictions is None:  # out of the handler, which holds on to the failed call's tensors
                    memory.release(self.device)
                    continue
                looked = [None] * len(piece) if self.listener is None else self.listener.take(piece)
                yield from zip(piece, predictions, looked, strict=True)
                waiting = waiting[len(piece) :]

    @torch.no_grad()
    def _predict(self, runs: list[LaneRun]) -> tuple[torch.Tensor, ...]:
        rows = [run.rows for run in runs]
        x = torch.cat([run.model_input() for run in runs])  # (rows, channels, height, width)
        timesteps = torch.cat([run.timestep.to(x.device).float().expand(run.rows) for run in runs])  # (rows,)
        conditioning = _joined([run.conditioning for run in runs])
        if any(run.control is not None for run in runs):
            conditioning |= self._controlled(runs, x, timesteps)
        lora = [run.lane.lora for run in runs for _ in range(run.rows)]
        listening = nullcontext() if self.listener is None else self.listener.call(runs, (x, timesteps), conditioning)
        with weighted_by_row(self.denoiser, lora), listening:
            predictions = self.denoiser(x, timesteps, **conditioning, return_dict=False)[0]
        self.calls += 1
        return predictions.split(rows)  # type: ignore[no-any-return]

    def _controlled(self, runs: list[LaneRun], x: torch.Tensor, timesteps: torch.Tensor) -> dict[str, Any]:
        """Return what the ControlNet adds to the U-Net's layers: nothing in the rows of lanes without a control picture."""
        controls = [run.control for run in runs if run.control is not None]
        held = torch.cat([torch.full((run.rows,), run.control is not None) for run in runs]).to(x.device)  # (rows,)
        scales = [_scale(run.control) for run in runs if run.control is not None for _ in range(run.rows)]
        conditioning = _joined([{name: value for name, value in each.items() if name not in _SWITCHES} for each in controls])
        down, mid = self.controlnet(
            x[held], timesteps[held], **conditioning, conditioning_scale=1.0, guess_mode=False, return_dict=False
        )
        scale = torch.tensor(scales, device=x.device, dtype=x.dtype).view(-1, 1, 1, 1)

        def spread(residual: torch.Tensor) -> torch.Tensor:
            whole = residual.new_zeros((len(x), *residual.shape[1:]))
            whole[held] = residual * scale
            return whole

        return {
            "down_block_additional_residuals": tuple(map(spread, down)),
            "mid_block_additional_residual": spread(mid),
        }


_SWITCHES = frozenset({"conditioning_scale", "guess_mode", "return_dict"})


def _scale(control: dict[str, Any]) -> float:
    scale = control.get("conditioning_scale", 1.0)
    return float(scale[0] if isinstance(scale, list) else scale)


def _piece(runs: Sequence[LaneRun], rows: int) -> list[LaneRun]:
    """Return the first runs that fit, at least one."""
    taken: list[LaneRun] = []
    for run in runs:
        rows -= run.rows
        if taken and rows < 0:
            break
        taken.append(run)
    return taken


def alike(runs: Sequence[LaneRun]) -> list[list[LaneRun]]:
    """Return groups of runs whose rows fit in one batch: of one size, with conditioning of the same kinds."""
    groups: dict[Any, list[LaneRun]] = {}
    for run in runs:
        key = (run.latents.shape, _shape(run.conditioning))
        groups.setdefault(key, []).append(run)
    return list(groups.values())


def _shape(conditioning: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(
        (name, _shape(value) if isinstance(value, dict) else tuple(value.shape[1:]))
        for name, value in sorted(conditioning.items())
    )


def _joined(conditioning: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the conditioning of all runs, row below row."""
    first = conditioning[0]
    return {
        name: _joined([each[name] for each in conditioning])
        if isinstance(value, dict)
        else torch.cat([each[name] for each in conditioning])
        for name, value in first.items()
    }
