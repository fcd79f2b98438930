"""A file is there whole, or as it was before, whatever stops its writing."""

from __future__ import annotations

from pathlib import Path

import pytest

from diffexplain.core.whole_file import write_whole


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
