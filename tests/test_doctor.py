"""What is broken is found, said and answered with a remedy."""

from __future__ import annotations

import io
from importlib import metadata

import pytest
import torch
from rich.console import Console

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


def test_an_old_jupyterlab_is_wrong_and_a_missing_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_version", lambda name: "3.6.0" if name == "jupyterlab" else "999")
    findings = {finding.name: finding for finding in doctor._packages()}
    assert findings["jupyterlab"].wrong == "outside >=4.4"
    monkeypatch.setattr(doctor, "_version", lambda name: None)
    assert "jupyterlab" not in {finding.name for finding in doctor._packages()}


def test_the_setting_of_subshells_is_mentioned_where_there_are_any(monkeypatch: pytest.MonkeyPatch) -> None:
    for version, mentioned in (("6.30.1", False), ("7.4.0", True)):
        monkeypatch.setattr(doctor, "_version", lambda name, version=version: version)
        (finding,) = doctor._kernel()
        assert not finding.wrong
        assert ("commsOverSubshells" in finding.remedy) == mentioned


def test_brackets_in_a_remedy_are_printed() -> None:
    console = Console(width=150, record=True, file=io.StringIO())
    doctor.report([doctor.Finding("front ends", "none", "no front end", "pip install 'diffexplain[lab]'")], console)
    assert "no front end pip install 'diffexplain[lab]'" in console.export_text()


def test_what_explorers_compute_with_is_said_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIFFEXPLAIN_THREADS", "2")
    findings = list(doctor._threads())
    assert [finding.found for finding in findings if "UNet" in finding.found] == [
        f"2 of {torch.get_num_threads()} for UNet2DConditionModel"
    ]
    assert all("DIFFEXPLAIN_THREADS says so" in finding.remedy for finding in findings)
    monkeypatch.setenv("DIFFEXPLAIN_THREADS", "two")
    (finding,) = doctor._threads()
    assert "not 'two'" in finding.wrong
