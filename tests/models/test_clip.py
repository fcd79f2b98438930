"""Our embeddings are the model's own: the same logits, whichever CLIP it is and wherever it comes from."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from transformers import CLIPTextModel, CLIPVisionConfig, CLIPVisionModelWithProjection, SiglipConfig, SiglipModel

from diffexplain import scenes
from diffexplain.core.similarity import cosine
from diffexplain.models import ModelError, clip_path
from diffexplain.models.clip import Clip, load_clip
from tests import tiny, tiny_clip
from tests.models.test_hub import (  # noqa: F401 - the fixtures
    MODELS,
    _own_cache,
    small_hub,
)

TEXTS = ["a red circle", "blue", "", "a green square on a red square on a blue circle on a red square", "一只狐狸"]


@pytest.fixture(scope="module", params=["bundled", "tiny"])
def clip(request: pytest.FixtureRequest) -> Clip:
    torch.set_num_threads(1)
    return load_clip(device="cpu") if request.param == "bundled" else tiny_clip.clip()


@pytest.fixture(scope="module")
def pictures() -> list[Image.Image]:
    return [scene.image for scene in scenes.gallery(5)]


def test_cosines_are_the_models_own_logits(clip: Clip, pictures: list[Image.Image]) -> None:
    ids = clip.tokenizer(TEXTS, padding=True, truncation=True, max_length=clip.token_limit, return_tensors="pt")
    pixels = clip.processor(images=pictures, return_tensors="pt").pixel_values
    with torch.inference_mode():
        own = clip.model(input_ids=ids["input_ids"], attention_mask=ids["attention_mask"], pixel_values=pixels)
    ours = clip.temperature * cosine(clip.embed_pictures(pictures), clip.embed_texts(TEXTS))
    torch.testing.assert_close(ours, own.logits_per_image, atol=2e-4, rtol=1e-4)


def test_each_by_itself_is_what_it_is_among_others(clip: Clip, pictures: list[Image.Image]) -> None:
    """Padding and batches change nothing."""
    alone = torch.cat([clip.embed_texts([text]) for text in TEXTS])
    torch.testing.assert_close(clip.embed_texts(TEXTS, batch=2), alone, atol=1e-5, rtol=1e-4)
    alone = torch.cat([clip.embed_pictures([picture]) for picture in pictures])
    torch.testing.assert_close(clip.embed_pictures(pictures, batch=3), alone, atol=1e-5, rtol=1e-4)


def test_points_have_unit_length_and_nothing_gives_nothing(clip: Clip, pictures: list[Image.Image]) -> None:
    for points in (clip.embed_texts(TEXTS), clip.embed_pictures(pictures)):
        torch.testing.assert_close(points.norm(dim=1), torch.ones(len(points)))
    assert clip.embed_texts([]).shape == clip.embed_pictures([]).shape == (0, clip.width)


def test_progress_is_told_and_ends_the_work_when_it_raises(clip: Clip) -> None:
    told: list[tuple[int, int]] = []
    clip.embed_texts(TEXTS, batch=2, on_batch=lambda *done: told.append(done))
    assert told == [(2, 5), (4, 5), (5, 5)]

    def stop(done: int, _total: int) -> None:
        if done == 4:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        clip.embed_texts(TEXTS, batch=2, on_batch=stop)


def test_a_text_of_ten_thousand_characters_is_cut_and_that_is_told(clip: Clip) -> None:
    text = "a red circle " * 769
    (reading,) = clip.readings([text])
    assert reading.truncated
    assert reading.read == clip.token_limit < reading.tokens
    assert torch.equal(clip.embed_texts([text]), clip.embed_texts([text[: reading.characters]]))
    (short,) = clip.readings(["a red circle"])
    assert (short.read, short.characters, short.truncated) == (short.tokens, 12, False)


@pytest.mark.parametrize("size", [(1, 1), (3, 3), (1, 3), (3, 1), (1, 2000), (3000, 2), (70, 50)])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "1"])
def test_any_picture_is_read(clip: Clip, size: tuple[int, int], mode: str) -> None:
    points = clip.embed_pictures([Image.new(mode, size)])
    assert points.shape == (1, clip.width)
    assert torch.isfinite(points).all()


def test_temperature_is_exp_of_the_logit_scale(clip: Clip) -> None:
    assert clip.temperature == pytest.approx(math.exp(float(clip.model.logit_scale.detach())))


def test_a_folder_a_path_and_the_bundled_one_are_the_same(tmp_path: Path) -> None:
    bundled = load_clip(device="cpu")
    bundled.model.save_pretrained(tmp_path)
    bundled.tokenizer.save_pretrained(tmp_path)
    bundled.processor.save_pretrained(tmp_path)
    for source in (str(tmp_path), tmp_path, clip_path(), bundled):
        assert torch.equal(load_clip(source, device="cpu").embed_texts(TEXTS), bundled.embed_texts(TEXTS))


def test_a_name_on_the_hub(small_hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811 - the fixture
    files = {path.name: path.read_bytes() for path in clip_path().iterdir() if path.is_file()}
    monkeypatch.setitem(
        MODELS, "test/clip", {**files, "pytorch_model.bin": b"never fetched", "sub/model.safetensors": b"nor this"}
    )
    fetched = load_clip("test/clip", device="cpu")
    assert torch.equal(fetched.embed_texts(TEXTS), load_clip(device="cpu").embed_texts(TEXTS))
    small_hub.shutdown()
    small_hub.server_close()
    assert load_clip("test/clip", device="cpu").name == "test/clip"  # from what was fetched before
    with pytest.raises(ModelError, match="has no vision tower"):
        load_clip(tiny.text_encoder())


def _write_config(folder: Path, content: str, weights: str = "model.safetensors") -> Path:
    (folder / "config.json").write_text(content)
    (folder / weights).touch()
    return folder


@pytest.mark.parametrize(
    ("content", "weights", "message"),
    [
        ('{"model_type": "clip_text_model"}', "model.safetensors", "no vision tower"),
        ('{"model_type": "clip", "architectures": ["CLIPTextModelWithProjection"]}', "model.safetensors", "no vision tower"),
        ('{"model_type": "bert"}', "model.safetensors", "type 'bert'"),
        ('{"model_type": "clip"}', "pytorch_model.bin", "opening a pickle"),
        ("[]", "model.safetensors", "no JSON object"),
        ('{"model_type": "clip"}', "model.safetensors", "could not be loaded"),
    ],
)
def test_a_folder_that_is_no_clip_is_refused_in_words(tmp_path: Path, content: str, weights: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        load_clip(_write_config(tmp_path, content, weights), device="cpu")


def test_a_saved_text_encoder_is_refused(tmp_path: Path) -> None:
    tiny.text_encoder().save_pretrained(tmp_path)
    with pytest.raises(ModelError, match="no vision tower"):
        load_clip(tmp_path, device="cpu")


@pytest.mark.parametrize(
    ("source", "message"),
    [("", "an empty text"), (7, "not as int"), ("/no/such/folder", "no folder"), (Path("nowhere"), "no folder")],
)
def test_what_is_no_source_is_refused(source: Any, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        load_clip(source, device="cpu")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no config\.json"):
        load_clip(tmp_path, device="cpu")


def test_a_model_needs_its_processor() -> None:
    with pytest.raises(ModelError, match="give its processor"):
        load_clip(tiny_clip.clip().model)
    assert isinstance(tiny.text_encoder(), CLIPTextModel)
    with pytest.raises(ModelError, match="no vision tower"):
        load_clip(tiny.text_encoder())


class OpenClip(torch.nn.Module):
    """As open_clip and OpenAI's own package have it."""

    def encode_image(self, image: Any) -> Any: ...

    def encode_text(self, text: Any) -> Any: ...


def siglip() -> Any:
    small = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = SiglipConfig(text_config={**small, "vocab_size": 99}, vision_config={**small, "image_size": 16, "patch_size": 8})
    return SiglipModel(config)


def vision_alone() -> Any:
    small = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "projection_dim": 8}
    return CLIPVisionModelWithProjection(CLIPVisionConfig(**small, image_size=16, patch_size=8))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (OpenClip, "OpenClip is a CLIP of another library .*transformers' CLIPModel"),
        (siglip, "SiglipModel was trained with a sigmoid for each pair"),
        (vision_alone, "CLIPVisionModelWithProjection is no CLIPModel: it has no text tower"),
        (lambda: torch.nn.Linear(1, 1), "Linear has no vision tower"),
    ],
)
def test_what_is_no_clip_of_transformers_is_refused_for_what_it_is(make: Any, reason: str) -> None:
    processor = tiny_clip.clip().processor
    with pytest.raises(ModelError, match=reason):
        load_clip(make(), processor=processor, tokenizer=tiny.tokenizer())
