"""Heads over embeddings."""

from __future__ import annotations

import torch
from torch.nn import functional

from diffexplain.learn import Heads, optimizers
from diffexplain.learn.descent import Losses, descend

SIZES = (3, 5)


def embeddings(count: int = 12, width: int = 8) -> torch.Tensor:
    return functional.normalize(torch.randn(count, width, generator=torch.Generator().manual_seed(1)), dim=-1)


def answers(count: int = 12) -> torch.Tensor:
    return torch.stack([torch.arange(count) % size for size in SIZES], dim=1)


def test_the_loss_is_the_sum_of_the_questions_cross_entropies() -> None:
    torch.manual_seed(0)
    heads, seen, right = Heads(8, SIZES), embeddings(), answers()
    logits = [functional.linear(8**0.5 * seen, question.weight, question.bias) for question in heads.questions]
    assert [tuple(found.shape) for found in heads(seen)] == [(12, 3), (12, 5)]
    torch.testing.assert_close(
        heads.loss(seen, right),
        functional.cross_entropy(logits[0], right[:, 0]) + functional.cross_entropy(logits[1], right[:, 1]),
    )


def test_what_lies_in_the_embeddings_is_found() -> None:
    torch.manual_seed(0)
    seen, right = functional.one_hot(torch.arange(12) % 5, 8).float(), answers()[:, 1:]
    heads = Heads(8, SIZES[1:])
    list(descend(lambda _: Losses(heads.loss(seen, right)), [seen] * 60, optimizers.adamw(heads, 0.05)))
    assert heads(seen)[0].argmax(1).tolist() == right[:, 0].tolist()
