"""What is broken is found, said and answered with a remedy."""

from __future__ import annotations

from importlib import metadata

import pytest

from diffexplain import doctor


def test_a_package_outside_its_range_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "0.0.1" if name == "diffusers" else real(name))
    findings = {finding.name: finding for finding in doctor._packages()}
    assert "outside" in findings["diffusers"].wrong
    assert "diffusers" in findings["diffusers"].remedy
    assert findings["torch"].wrong == ""


def test_the_kernel_known_to_be_broken_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_version", lambda name: "7.0.0")
    (finding,) = doctor._kernel()
    assert finding.wrong
    assert "upgrade" in finding.remedy


def test_an_examination_that_fails_is_itself_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def _model() -> object:
        raise OSError("disk gone")
        yield

    (finding,) = doctor._safely(_model)  # type: ignore[arg-type]
    assert finding.name == "model"
    assert "disk gone" in finding.wrong
