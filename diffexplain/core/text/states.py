"""What a pipeline's text encoders make of a prompt, layer by layer.

The pipeline's own ``encode_prompt`` runs and its encoders are listened to, so that padding, masks and everything else are the
pipeline's. Nothing rests on ``output_hidden_states``, which in transformers 5 leaves hooks behind, nor on where a model keeps
its layers, which has moved before.
"""

from __future__ import annotations

import inspect
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.core.text.streams import prepared
from diffexplain.core.text.tokens import Tokens, tokenize
from diffexplain.core.text.uses import Use, use_of
from diffexplain.core.twins import own_pipeline
from diffexplain.errors import UnfitPipelineError
from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Sequence

ENCODERS = {"text_encoder": "tokenizer", "text_encoder_2": "tokenizer_2", "text_encoder_3": "tokenizer_3"}
_LAYERS = ("EncoderLayer", "T5Block")  # how the layers of CLIP's and T5's encoders are called


@dataclass(frozen=True, eq=False)
class TextStates:
    """What one text encoder made of one prompt.

    Attributes:
        encoder: Name in the pipeline: ``text_encoder``, ``text_encoder_2`` or ``text_encoder_3``.
        tokens: The prompt in tokens.
        ids: What the encoder was given, padding included: (length,).
        layers: Hidden states: the embedded tokens first, then what each layer makes of them. Each (length, width).
        output: The last of them after the closing normalisation, (length, width): what Stable Diffusion 1.x tells its U-Net.
        pooled: One vector for the whole prompt, (width,), where the encoder makes one.
        use: What of it the pipeline hands on.
    """

    encoder: str
    tokens: Tokens
    ids: torch.Tensor
    layers: tuple[torch.Tensor, ...]
    output: torch.Tensor
    pooled: torch.Tensor | None
    use: Use

    def __repr__(self) -> str:
        return f"TextStates({self.encoder}, {self.tokens.prompt!r}, {len(self.layers)} x {tuple(self.output.shape)})"


def encoders_of(pipe: Any) -> dict[str, Any]:
    """Return the text encoders of a pipeline whose layers can be read, by their names in it.

    Raises:
        UnfitPipelineError: Where the pipeline has none.
    """
    encoders: dict[str, Any] = {name: encoder for name in ENCODERS if layers_of(encoder := getattr(pipe, name, None))}
    if not encoders or not hasattr(pipe, "encode_prompt"):
        raise UnfitPipelineError(
            say(
                "{kind} has no text encoder whose layers can be read; it takes a CLIP or T5 text encoder. Load the pipeline "
                "with its text encoders.",
                kind=type(pipe).__name__,
            )
        )
    return encoders


@torch.no_grad()
def read_text(pipe: Any, prompt: str) -> tuple[TextStates, ...]:
    """Return what each text encoder of a pipeline makes of a prompt, in their order in the pipeline.

    Args:
        pipe: A diffusers pipeline with CLIP or T5 text encoders. Nothing is left behind on it.
        prompt: Any text.

    Raises:
        UnfitPipelineError: Where the pipeline has no text encoder of that kind.
    """
    pipe = own_pipeline(pipe)  # whose encoders speak for nobody else
    encoders = encoders_of(pipe)
    captures = {name: _EncoderCapture() for name in encoders}
    with ExitStack() as undo:
        for name, encoder in encoders.items():
            for handle in captures[name].listen(encoder):
                undo.callback(handle.remove)
        handed_on = encode(pipe, prompt)
    return tuple(each.states(name, pipe, prompt, handed_on) for name, each in captures.items() if each.output is not None)


def encode(pipe: Any, prompt: str) -> tuple[torch.Tensor, ...]:
    """Have a pipeline encode one prompt, without guidance; return the tensors that it hands on to its denoiser."""
    result = pipe.encode_prompt(**_arguments(pipe, prompt))
    return tuple(
        each for each in (result if isinstance(result, (tuple, list)) else (result,)) if isinstance(each, torch.Tensor)
    )


class _EncoderCapture:
    """What one encoder says while the pipeline asks it once."""

    def __init__(self) -> None:
        self.ids = torch.empty(0)
        self.layers: list[torch.Tensor] = []
        self.output: torch.Tensor | None = None
        self.pooled: torch.Tensor | None = None

    def listen(self, encoder: torch.nn.Module) -> list[Any]:
        layers = layers_of(encoder)
        return [
            encoder.register_forward_pre_hook(self.begin, with_kwargs=True),
            layers[0].register_forward_pre_hook(self.embedded, with_kwargs=True),
            *(layer.register_forward_hook(self.passed) for layer in layers),
            encoder.register_forward_hook(self.end),
        ]

    def begin(self, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.ids, self.layers = (args[0] if args else kwargs["input_ids"]), []

    def embedded(self, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.layers.append(args[0] if args else kwargs["hidden_states"])

    def passed(self, _: Any, __: Any, output: Any) -> None:
        self.layers.append(output if isinstance(output, torch.Tensor) else output[0])

    def end(self, _: Any, __: Any, output: Any) -> None:
        self.output = output.last_hidden_state
        pooled = getattr(output, "text_embeds", None)
        self.pooled = getattr(output, "pooler_output", None) if pooled is None else pooled

    def states(self, name: str, pipe: Any, prompt: str, handed_on: Sequence[torch.Tensor]) -> TextStates:
        assert self.output is not None
        encoder, tokenizer = getattr(pipe, name), getattr(pipe, ENCODERS[name], None)
        words = prompt if tokenizer is None else prepared(pipe, prompt)
        return TextStates(
            encoder=name,
            tokens=tokenize(words, tokenizer, encoder, limit=self.ids.shape[-1]),
            ids=self.ids[0].clone(),
            layers=tuple(layer[0].clone() for layer in self.layers),
            output=self.output[0].clone(),
            pooled=None if self.pooled is None else self.pooled[0].clone(),
            use=use_of([layer[0] for layer in self.layers], self.output[0], self.pooled, handed_on),
        )


def layers_of(encoder: Any) -> Sequence[torch.nn.Module]:
    """Return the layers of a text encoder, in order; none of what is no CLIP or T5 encoder."""
    if not isinstance(encoder, torch.nn.Module):
        return ()
    return [module for module in encoder.modules() if type(module).__name__.endswith(_LAYERS)]


def _arguments(pipe: Any, prompt: str) -> dict[str, Any]:
    """Return one prompt, no guidance, in the words of this pipeline's ``encode_prompt``."""
    wanted = {
        "prompt": prompt,
        "prompt_2": None,
        "prompt_3": None,
        "device": None,
        "num_images_per_prompt": 1,
        "do_classifier_free_guidance": False,
    }
    accepted = inspect.signature(pipe.encode_prompt).parameters
    given = {name: value for name, value in wanted.items() if name in accepted}
    if "device" in given:
        given["device"] = pipe._execution_device
    return given
