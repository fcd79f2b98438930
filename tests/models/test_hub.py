"""Names on the hub, against a hub of one small server on this machine: the real one is never asked."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import huggingface_hub
import pytest
from huggingface_hub import constants

import diffexplain
from diffexplain.models import ModelError, bundled_path, hub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"
MODELS: dict[str, dict[str, bytes]] = {
    "test/pickled": {
        "model_index.json": json.dumps(
            {"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"]}
        ).encode(),
        "unet/config.json": b"{}",
        "unet/diffusion_pytorch_model.bin": b"",
    },
    "test/coded": {"model_index.json": json.dumps({"_class_name": ["mine", "Mine"]}).encode(), "mine.py": b"raise SystemExit"},
    "test/words": {"config.json": b"{}"},
}


class Hub(BaseHTTPRequestHandler):
    """As much of the hub as a download needs."""

    def do_GET(self) -> None:
        self._answer(send_body=True)

    def do_HEAD(self) -> None:
        self._answer(send_body=False)

    def log_message(self, *args: object) -> None:
        pass

    def _answer(self, send_body: bool) -> None:
        parts = self.path.partition("?")[0].strip("/").split("/")
        name = "/".join(parts[2:4] if parts[0] == "api" else parts[:2])
        if name == "test/gated":
            return self._reply(403, b"{}", {"X-Error-Code": "GatedRepo"}, send_body)
        if name == "test/broken":
            return self._reply(500, b"{}", {}, send_body)
        if name not in MODELS:
            return self._reply(401, b"{}", {"X-Error-Code": "RepoNotFound"}, send_body)
        files = MODELS[name]
        if parts[0] == "api" and "tree" in parts:
            tree = [{"type": "file", "path": file, "size": len(data), "oid": _etag(data)} for file, data in files.items()]
            return self._reply(200, json.dumps(tree).encode(), {}, send_body)
        if parts[0] == "api":
            info = {"id": name, "sha": COMMIT, "siblings": [{"rfilename": file} for file in files]}
            return self._reply(200, json.dumps(info).encode(), {}, send_body)
        body = files["/".join(parts[4:])]
        return self._reply(200, body, {"X-Repo-Commit": COMMIT, "ETag": f'"{_etag(body)}"'}, send_body)

    def _reply(self, status: int, body: bytes, headers: dict[str, str], send_body: bool) -> None:
        self.send_response(status)
        for key, value in {**headers, "Content-Length": str(len(body)), "Content-Type": "application/json"}.items():
            self.send_header(key, value)
        self.end_headers()
        if send_body:
            self.wfile.write(body)


def _etag(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        monkeypatch.setattr(constants, name, str(tmp_path / "cache"), raising=False)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)  # tests/tiny.py switches it on for whoever imports it first
    monkeypatch.setattr(hub, "_SECONDS", 1.0)


@pytest.fixture
def small_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    folder = bundled_path()
    bundled = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    monkeypatch.setitem(MODELS, "test/pipeline", bundled)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _point_to(monkeypatch, server.server_address[1])
    yield server
    server.shutdown()
    server.server_close()


def _point_to(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{port}")
    monkeypatch.setattr(
        constants, "HUGGINGFACE_CO_URL_TEMPLATE", f"http://127.0.0.1:{port}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    )
    monkeypatch.setattr(huggingface_hub.hf_api.api, "endpoint", f"http://127.0.0.1:{port}")


def test_a_download_and_then_the_same_without_network(small_hub: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = diffexplain.load("test/pipeline", device="cpu")
    assert type(pipeline).__name__ == "StableDiffusionPipeline"
    small_hub.shutdown()
    small_hub.server_close()
    again = diffexplain.load("test/pipeline", device="cpu")
    assert (again.unet.conv_in.weight == pipeline.unet.conv_in.weight).all()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("test/pickled", "'unet' only as pickles"),
        ("test/coded", "wants to run code of its own"),
        ("test/words", "is no diffusers pipeline"),
        ("test/gated", "is gated"),
        ("test/nothing", "The hub has no public model 'test/nothing'"),
        ("test/broken", "is not on this machine and the hub can't be reached"),
        ("two words", "is neither a folder on this machine nor a name on the hub"),
    ],
)
def test_what_the_hub_does_not_give(small_hub: ThreadingHTTPServer, name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=message):
        diffexplain.load(name)
    assert not list((tmp_path / "cache").rglob("*.py"))
    assert not list((tmp_path / "cache").rglob("*.bin"))


def test_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    _point_to(monkeypatch, port)
    with pytest.raises(ModelError, match=r"can't be reached .*the bundled model, which needs no network"):
        diffexplain.load("test/pipeline")


def test_offline_by_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE"):
        diffexplain.load("test/pipeline")


def test_a_network_that_swallows_packets_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection and never answers
        _point_to(monkeypatch, silent.getsockname()[1])
        start = time.monotonic()
        with pytest.raises(ModelError, match="can't be reached"):
            diffexplain.load("test/pipeline")
    assert time.monotonic() - start < 10
