"""A file is there whole, or as it was before, whatever stops its writing."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from diffexplain.core import tensor_file
from diffexplain.core.whole_file import write_whole
from diffexplain.errors import DiskFullError


@pytest.mark.parametrize(("content", "written"), [("狐狸\r\n\n", "狐狸\r\n\n".encode()), (b"\x00\xff", b"\x00\xff")])
def test_it_holds_what_was_given_and_nothing_lies_beside_it(content: bytes | str, written: bytes, tmp_path: Path) -> None:
    for _ in range(2):  # a new file, and one that is replaced
        write_whole(tmp_path / "file", content)
        assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", written)]


@pytest.mark.parametrize("stops", ["os.fsync", "os.replace"])
def test_what_was_there_before_stays(stops: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_whole(tmp_path / "file", "before")
    monkeypatch.setattr(stops, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "file", "after")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("file", "before")]


def tensors(path: Path) -> None:
    tensor_file.write(path, {"format": "test", "version": "1"}, {"x": torch.zeros(1000)})


@pytest.mark.parametrize("write", [lambda path: write_whole(path, b"0" * 4000), tensors])
@pytest.mark.parametrize(
    ("number", "free", "why"), [(errno.ENOSPC, 2000, "0.0 MB are free"), (errno.EDQUOT, 10**9, "you may not use")]
)
def test_a_full_disk_is_said_in_words_and_what_was_there_before_stays(
    write: Callable[[Path], None], number: int, free: int, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_whole(tmp_path / "file", "before")
    monkeypatch.setattr("os.fsync", lambda *_: (_ for _ in ()).throw(OSError(number, "no")))
    monkeypatch.setattr(shutil, "disk_usage", lambda *_: SimpleNamespace(free=free))
    with pytest.raises(DiskFullError, match=r"no room on the disk for .*file: it takes 0\.0 MB") as raised:
        write(tmp_path / "file")
    assert why in str(raised.value)
    assert "\n" not in str(raised.value)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("file", "before")]
    assert isinstance(raised.value, OSError)


def test_another_fault_stays_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "broken")))
    with pytest.raises(OSError, match="broken") as raised:
        write_whole(tmp_path / "file", "after")
    assert not isinstance(raised.value, DiskFullError)
