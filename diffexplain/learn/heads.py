"""Heads: questions that a network answers beside its own task, while it learns.

Which text belongs to which picture can nearly always be told from the things that are named, so a contrastive loss hardly ever asks
what their order says. A linear head that has to read it from an embedding does, for pictures and for texts each on their own: neither
has to wait until the other knows it. After training the heads are thrown away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Sequence


class Heads(nn.Module):
    """Linear classifiers over embeddings of unit length.

    Args:
        width: of the embeddings.
        sizes: how many answers each question has.
    """

    def __init__(self, width: int, sizes: Sequence[int]) -> None:
        super().__init__()
        self.scale = width**0.5  # so that a coordinate is about 1, as linear layers like it
        self.questions = nn.ModuleList(nn.Linear(width, size) for size in sizes)

    def forward(self, embeddings: torch.Tensor) -> list[torch.Tensor]:
        """Turn embeddings (N, D) into logits (N, answers) for each question."""
        return [question(self.scale * embeddings) for question in self.questions]

    def loss(self, embeddings: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
        """Return the sum of the questions' cross entropies, a scalar.

        Args:
            embeddings: (N, D) of unit length.
            answers: (N, questions) numbers of the right answers.
        """
        logits = self(embeddings)
        total: torch.Tensor = sum(
            (functional.cross_entropy(logit, right) for logit, right in zip(logits, answers.T, strict=True)),
            start=embeddings.new_zeros(()),
        )
        return total
