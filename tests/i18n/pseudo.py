"""A language made up on the fly, in which every sentence of the catalogues stands in brackets: what is shown outside of them is a bare word.

It takes the place of Chinese, so that nothing else has to know of it. The brackets are characters without width: a page looks as it does
in Chinese, and can be measured.
"""

from __future__ import annotations

import re

import pytest

from diffexplain.core.samplers import SAMPLERS
from diffexplain.i18n import catalogue, words

NAMES = {sampler.label for sampler in SAMPLERS.values()} | {"StableDiffusionPipeline", "CLIP", "UMAP", "PCA", "Esc", "English"}
OPEN, CLOSE = "\u2063", "\u2064"  # invisible separator, invisible plus
_STRING = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)"""
_ENTRY = rf"""(?:[\w$]+|{_STRING}):\[{_STRING}(?:,{_STRING})*\],?"""
_CATALOGUE = re.compile(rf"\{{zh:\{{(?:{_ENTRY})+\}}\}}")


def pseudo_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Python says in Chinese stands in brackets from here on; what has no Chinese stays without."""

    def translation(one: str, many: str | None, count: int, language: str) -> str:
        known = catalogue.translation(one, many, count, language)
        missing = known in (one, many) and re.search("[A-Za-z]{3,}", re.sub(r"\{[^{}]*\}", "", known))
        return known if missing or language == catalogue.SOURCE_LANGUAGE else f"{OPEN}{known}{CLOSE}"

    monkeypatch.setattr(words, "translation", translation)


def pseudo_module(script: str) -> str:
    """A page's modules whose catalogues have every sentence in brackets."""
    assert _CATALOGUE.search(script)
    return _CATALOGUE.sub(lambda found: _in_brackets(found[0]), script)


def _in_brackets(found: str) -> str:
    return re.sub(
        rf"((?:[\w$]+|{_STRING}):\[)({_STRING}(?:,{_STRING})*)\]",
        lambda entry: (
            f"{entry[1]}{re.sub(_STRING, lambda form: f'{form[0][0]}{OPEN}{form[0][1:-1]}{CLOSE}{form[0][-1]}', entry[2])}]"
        ),
        found,
    )


def bare(text: str, own: set[str]) -> set[str]:
    """Words of three Latin letters or more outside of all brackets.

    Args:
        text: Of all that is shown.
        own: What may stand there all the same, beside `NAMES`.
    """
    before = None
    while before != text:
        before, text = text, re.sub(rf"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", " ", text)
    for each in sorted(own | NAMES, key=len, reverse=True):
        text = text.replace(each, " ")
    return set(re.findall(r"[A-Za-z]{3,}", text))
