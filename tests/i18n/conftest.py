from __future__ import annotations

import pytest

from diffexplain.i18n import language


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """No language is set, the environment names none, and a test leaves none behind."""
    monkeypatch.setattr(language, "_set", None)
    for name in ("DIFFEXPLAIN_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
