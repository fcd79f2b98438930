"""Muon and AdamW: what each may touch, and what an update of Muon is."""

from __future__ import annotations

import pytest
import torch

from diffexplain.learn import optimizers
from diffexplain.learn.optimizers import Muon, as_matrix, orthogonalised


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_the_matrix_of_a_convolution_is_a_view_of_its_weights(layout: torch.memory_format) -> None:
    weight = torch.randn(8, 4, 3, 3).contiguous(memory_format=layout)
    matrix = as_matrix(weight)
    assert matrix.shape == (8, 36)
    assert matrix.data_ptr() == weight.data_ptr()
    matrix[3] = 7.0
    assert torch.equal(weight[3], torch.full((4, 3, 3), 7.0))
    assert not (weight[2] == 7.0).any()


@pytest.mark.parametrize("shape", [(5, 40), (40, 5), (16, 16)])
def test_singular_values_come_to_about_one(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    matrix = torch.randn(shape) @ torch.diag(torch.logspace(0, -1, shape[1]))
    values = torch.linalg.svdvals(orthogonalised(matrix))
    assert values.min() > 0.3
    assert values.max() < 1.25
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    near = orthogonalised(matrix).flatten() @ (left @ right).flatten() / values.norm() / min(shape) ** 0.5
    assert near > 0.95  # the cosine to the nearest orthogonal matrix


def step_by_step(matrix: torch.Tensor, steps: int) -> torch.Tensor:
    """Newton and Schulz's iteration as it is written down (Jordan et al. 2024)."""
    wide = matrix / matrix.norm()
    wide = wide.T if matrix.shape[0] > matrix.shape[1] else wide
    for _ in range(steps):
        square = wide @ wide.T
        wide = 3.4445 * wide + (-4.7750 * square + 2.0315 * square @ square) @ wide
    return wide.T if matrix.shape[0] > matrix.shape[1] else wide


@pytest.mark.parametrize("shape", [(12, 200), (200, 12), (48, 48), (192, 1728)])
@pytest.mark.parametrize("decades", [0.5, 2.0, 5.0])
def test_all_steps_at_once_are_the_steps_one_by_one(shape: tuple[int, int], decades: float) -> None:
    torch.manual_seed(0)
    rank = min(shape)
    left, right = (torch.linalg.qr(torch.randn(side, rank, dtype=torch.float64))[0] for side in shape)
    matrix = (left * torch.logspace(0, -decades, rank, dtype=torch.float64) @ right.T).float()
    expected = step_by_step(matrix.double(), 5)
    assert (orthogonalised(matrix).double() - expected).norm() < 2e-3 * expected.norm()


def test_the_first_update_is_the_orthogonalised_gradient_in_the_size_of_adamw() -> None:
    torch.manual_seed(0)
    weight = torch.nn.Parameter(torch.randn(6, 3, 3, 3).contiguous(memory_format=torch.channels_last))
    before = weight.detach().clone()
    weight.grad = torch.randn_like(weight)
    Muon([weight], 0.1, weight_decay=0.0).step()
    moved = as_matrix((before - weight.detach()).contiguous(memory_format=torch.channels_last))
    torch.testing.assert_close(moved, 0.1 * 0.2 * 27**0.5 * orthogonalised(as_matrix(weight.grad)), rtol=1e-3, atol=1e-5)


@pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="torch has it from 2.9")
def test_it_moves_as_torchs_own_which_computes_more_coarsely() -> None:
    torch.manual_seed(0)
    ours, theirs = (torch.nn.Parameter(torch.ones(8, 12)) for _ in range(2))
    mine = Muon([ours], 0.02, weight_decay=0.1)
    other = torch.optim.Muon([theirs], 0.02, weight_decay=0.1, adjust_lr_fn="match_rms_adamw")
    for _ in range(4):
        ours.grad = torch.randn(8, 12)
        theirs.grad = ours.grad.clone()
        mine.step()
        other.step()
    moved, expected = ours.detach() - 1, theirs.detach() - 1
    assert (moved - expected).norm() < 0.03 * expected.norm()


class Net(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv_in = torch.nn.Conv2d(4, 8, 3)
        self.inside = torch.nn.Conv2d(8, 8, 3)
        self.norm = torch.nn.GroupNorm(2, 8)
        self.frozen = torch.nn.Linear(3, 3).requires_grad_(False)


def test_matrices_inside_go_to_muon_and_all_else_to_adamw() -> None:
    network = Net()
    both = optimizers.muon_and_adamw(network, 1e-3)
    muon, adamw = both._optimizers
    assert [id(p) for group in muon.param_groups for p in group["params"]] == [id(network.inside.weight)]
    trained = {id(parameter) for parameter in both.parameters}
    assert trained == {id(p) for p in network.parameters() if p.requires_grad}
    assert muon.param_groups[0]["lr"] == 2 * adamw.param_groups[0]["lr"]


def test_rates_keep_their_proportion() -> None:
    both = optimizers.muon_and_adamw(Net(), 1e-3)
    both.set_rate(0.5)
    both.set_rate(0.25)
    assert [optimizer.param_groups[0]["lr"] for optimizer in both._optimizers] == pytest.approx([5e-4, 2.5e-4])


def test_biases_and_norms_do_not_decay() -> None:
    (adamw,) = optimizers.adamw(Net(), 1e-3, weight_decay=0.1)._optimizers
    for group in adamw.param_groups:
        for parameter in group["params"]:
            assert (group["weight_decay"] == 0) == (parameter.ndim <= 1)


def test_going_on_from_their_state_is_going_on() -> None:
    def update(network: Net, both: optimizers.Optimizers, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        for parameter in both.parameters:
            parameter.grad = torch.randn(parameter.shape, generator=generator)
        both.step()

    torch.manual_seed(0)
    one = Net()
    first = optimizers.muon_and_adamw(one, 1e-2)
    update(one, first, 1)
    other = Net()
    other.load_state_dict(one.state_dict())
    second = optimizers.muon_and_adamw(other, 1e-2)
    second.load_state_dict(first.state_dict())
    update(one, first, 2)
    update(other, second, 2)
    for left, right in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.equal(left, right)
