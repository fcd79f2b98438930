"""The bundled networks as ONNX graphs, for a page that generates: the graphs alone, for the weights are there already.

A graph names its weights by file, place and length, and a file of safetensors is nothing but numbers behind a header: the graphs point into
those that ship, in half precision, cast as they are read; everything is computed in float32. So the graphs cost the wheel hundredths of what the
weights do, and a page's folder holds both.

::

    text.onnx      tokens (n, 24) int32 -> states (n, 24, 192), clip_embedding (n, 192) in CLIP's space, not yet of unit length
    unet.onnx      x (n, 4, 16, 16), timestep (n,), states (n, 24, 192) -> prediction (n, 4, 16, 16)
    decoder.onnx   latents (n, 4, 16, 16) as the denoiser knows them -> picture (n, 3, 128, 128), -1 to 1
    seen.onnx      pixels (n, 3, 64, 64), 0 to 1 -> clip_embedding (n, 192) in CLIP's space, not yet of unit length
    graphs.json    what they were made from
"""

from __future__ import annotations

import importlib.util
import json
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from diffexplain.errors import TrainingError
from diffexplain.training.networks import clip as clip_network
from diffexplain.training.workspace import fingerprint, replacing, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FOLDER = "bundled_page"
NETWORKS = {"text": "text_encoder", "unet": "unet", "decoder": "vae"}  # graph -> folder of its weights in the pipeline's
SEEN = "seen"  # the graph whose weights are the CLIP's
_NEEDED = ("onnx", "onnxscript")
_FEWEST = 8  # numbers of a weight that is pointed to; fewer are written into the graph


class Place(NamedTuple):
    """Where in a file of safetensors a tensor lies.

    Attributes:
        offset: Of its first byte.
        length: In bytes.
        shape: Of the tensor.
        content: Its bytes.
    """

    offset: int
    length: int
    shape: tuple[int, ...]
    content: bytes


class _Text(torch.nn.Module):
    def __init__(self, encoder: torch.nn.Module, projection: torch.nn.Module, end: int) -> None:
        super().__init__()
        self.encoder, self.projection, self.end = encoder, projection, end

    def forward(self, tokens: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        states = self.encoder(tokens.long()).last_hidden_state  # (n, length, width)
        last = (tokens == self.end).int().argmax(-1)
        pooled = states.gather(1, last[:, None, None].expand(-1, 1, states.shape[-1]))[:, 0]
        return states, self.projection(pooled)


class _Denoiser(torch.nn.Module):
    def __init__(self, unet: torch.nn.Module) -> None:
        super().__init__()
        self.unet = unet

    def forward(self, x: torch.Tensor, timestep: torch.Tensor, states: torch.Tensor) -> torch.Tensor:
        prediction: torch.Tensor = self.unet(x, timestep, states, return_dict=False)[0]
        return prediction


class _Decoder(torch.nn.Module):
    def __init__(self, vae: Any) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, latents: torch.Tensor) -> torch.Tensor:
        picture: torch.Tensor = self.vae.decode(latents / self.vae.config.scaling_factor, return_dict=False)[0]
        return picture


class _Seen(torch.nn.Module):
    def __init__(self, clip: Any) -> None:
        super().__init__()
        self.clip = clip

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        embedding: torch.Tensor = self.clip.visual_projection(
            self.clip.vision_model(clip_network.normalised(pixels)).pooler_output
        )
        return embedding


class _Wanted(NamedTuple):
    network: torch.nn.Module
    inputs: dict[str, torch.Tensor]
    outputs: tuple[str, ...]


def missing() -> list[str]:
    """Return the packages that writing graphs needs and that are not installed."""
    return [name for name in _NEEDED if importlib.util.find_spec(name) is None]


def made_from(pipeline: Path, clip: Path) -> dict[str, str]:
    """Return what graphs of these folders are made from: a fingerprint of each folder of weights.

    Args:
        pipeline: A diffusers folder.
        clip: The CLIP whose text tower it has.
    """
    names = {name: fingerprint(pipeline / folder) for name, folder in NETWORKS.items()}
    return {**names, "clip": fingerprint(clip / "model.safetensors")}


def weights_of(pipeline: Path, clip: Path) -> dict[str, Path]:
    """Return the file that each graph points into."""
    files = {name: next((pipeline / folder).glob("*.safetensors")) for name, folder in NETWORKS.items()}
    return {**files, SEEN: clip / "model.safetensors"}


def write(pipeline: Path, clip: Path, target: Path) -> dict[str, int]:
    """Write the graphs of a diffusers folder; returns the bytes of each file.

    Args:
        pipeline: As it ships, in half precision.
        clip: The CLIP whose text tower it has.
        target: A folder, which is replaced.

    Raises:
        TrainingError: Where torch.onnx lacks something to write with.
    """
    if missing():
        raise TrainingError(
            f"The page's networks need {' and '.join(missing())}. Install them: python -m pip install 'diffexplain[page]'"
        )
    with replacing(target) as folder:
        weights = weights_of(pipeline, clip)
        for name, wanted in _networks(pipeline, clip):
            write_whole(folder / f"{name}.onnx", _graph(wanted, f"{name}.safetensors", places(weights[name])))
        write_whole(folder / "graphs.json", json.dumps(made_from(pipeline, clip), indent=2) + "\n")
    return {path.name: path.stat().st_size for path in sorted(target.iterdir())}


def places(path: Path) -> dict[str, Place]:
    """Return where every tensor of a file of safetensors lies."""
    content = path.read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:begin])
    header.pop("__metadata__", None)
    found = {}
    for name, entry in header.items():
        first, last = (begin + place for place in entry["data_offsets"])
        found[name] = Place(first, last - first, tuple(entry["shape"]), content[first:last])
    return found


def _networks(pipeline: Path, clip: Path) -> Iterator[tuple[str, _Wanted]]:
    from diffusers import StableDiffusionPipeline

    pipe = StableDiffusionPipeline.from_pretrained(pipeline, torch_dtype=torch.float32)
    text, unet = pipe.text_encoder.eval(), pipe.unet.eval()
    side, channels = unet.config.sample_size, unet.config.in_channels
    length, width = text.config.max_position_embeddings, text.config.hidden_size
    end = text.config.eos_token_id
    tokens = torch.full((2, length), end, dtype=torch.int32)
    latents, states = torch.randn(2, channels, side, side), torch.randn(2, length, width)
    towers = clip_network.load(clip, torch.device("cpu"))
    yield "text", _Wanted(_Text(text, towers.text_projection, end), {"tokens": tokens}, ("states", "clip_embedding"))
    inputs = {"x": latents, "timestep": torch.tensor([500.0, 20.0]), "states": states}
    yield "unet", _Wanted(_Denoiser(unet), inputs, ("prediction",))
    yield "decoder", _Wanted(_Decoder(pipe.vae.eval()), {"latents": latents}, ("picture",))
    looked_at = towers.config.vision_config.image_size
    yield SEEN, _Wanted(_Seen(towers), {"pixels": torch.rand(2, 3, looked_at, looked_at)}, ("clip_embedding",))


def _graph(wanted: _Wanted, file: str, known: Mapping[str, Place]) -> bytes:
    import onnx

    batch = torch.export.Dim("batch", min=1, max=64)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "# The axis name", UserWarning)  # all inputs share one
        program: Any = torch.onnx.export(
            wanted.network.eval(),
            tuple(wanted.inputs.values()),
            input_names=list(wanted.inputs),
            output_names=list(wanted.outputs),
            dynamic_shapes=tuple({0: batch} for _ in wanted.inputs),
            dynamo=True,
            verbose=False,
        )
    model = program.model_proto
    graph = model.graph
    by_content = {(place.shape, place.content): place for place in known.values()}
    casts = []
    for tensor in list(graph.initializer):
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype != "float32" or values.size < _FEWEST:
            continue
        graph.initializer.remove(tensor)
        half, nodes = _in_half(tensor.name, values, file, by_content)
        graph.initializer.append(half)
        casts += nodes
    for node in reversed(casts):
        graph.node.insert(0, node)
    _forget_traces(model)
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def _in_half(name: str, values: Any, file: str, known: Mapping[Any, Place]) -> tuple[Any, list[Any]]:
    """Return a weight that points into a file, where that holds it, or else is in the graph; and the nodes that make the weight of it."""
    import onnx

    half = values.astype("float16")
    turned = half.T if half.ndim == 2 else half
    for stored in (half, turned):
        place = known.get((stored.shape, stored.tobytes()))
        if place is None:
            continue
        tensor = onnx.TensorProto(name=f"{name}_half", data_type=onnx.TensorProto.FLOAT16, dims=stored.shape)
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in {"location": file, "offset": place.offset, "length": place.length}.items():
            tensor.external_data.add(key=key, value=str(value))
        if stored is half:
            return tensor, [_cast(f"{name}_half", name)]
        turn = onnx.helper.make_node("Transpose", [f"{name}_single"], [name], perm=[1, 0])
        return tensor, [_cast(f"{name}_half", f"{name}_single"), turn]
    if (half.astype("float32") != values).any():  # something that the exporter has worked out
        return onnx.numpy_helper.from_array(values, name), []
    return onnx.numpy_helper.from_array(half, f"{name}_half"), [_cast(f"{name}_half", name)]


def _cast(source: str, target: str) -> Any:
    import onnx

    return onnx.helper.make_node("Cast", [source], [target], to=onnx.TensorProto.FLOAT)


def _forget_traces(model: Any) -> None:
    """Drop what the exporter notes of where it was run: paths, and lines of code."""
    del model.metadata_props[:]
    for part in (model.graph, *model.graph.node, *model.graph.input, *model.graph.output, *model.graph.value_info):
        part.doc_string = ""
        del part.metadata_props[:]
    del model.graph.value_info[:]
