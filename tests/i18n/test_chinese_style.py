"""One way of writing Chinese, in the catalogues and in the lessons: see the rules below."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from tests.i18n.test_catalogues import CHINESE, PATHS, sentences

LESSONS = sorted((Path(__file__).parents[2] / "notebooks" / "zh").glob("*.ipynb"))
MEASURE = "步个张次行列层倍秒条种位段项"
NUMBERS = "count|number|step|steps|seed|share|cosine|total|done|most|odds|id|mean|shift|stray"  # placeholders
by_source = pytest.mark.parametrize("path", [*PATHS, *LESSONS], ids=lambda path: path.stem)


@cache
def texts(path: Path) -> list[str]:
    """What of a file is read as text: translations, or a lesson's cells without code."""
    if path.suffix == ".po":
        return [chinese for _, chinese in sentences(path)]
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [line for cell in cells if cell["cell_type"] == "markdown" for line in cell["source"]]


def spaced_numbers(text: str) -> list[str]:
    """Places where a space parts Chinese from digits, or from a placeholder of a number; names such as "T5 " keep theirs."""
    before = rf"{CHINESE} \**[−+±]?\d[\d.,]*(?![\w])"
    after = rf"(?<![A-Za-z\d.:=\[])(?<![A-Za-z] )\d(?:[\d.,]*\d)?(?: ?%)?\** {CHINESE}"
    number = rf"\{{(?:{NUMBERS})(?:[:!][^{{}}]*)?\}}"
    placeholder = rf"第 \{{|(?<!=)\{{\w+[^{{}}]*\}} [{MEASURE}]|{CHINESE} ±?{number}|(?<!=){number} {CHINESE}"
    return re.findall(f"{before}|{after}|{placeholder}", text)


def ascii_punctuation(text: str) -> list[str]:
    """Commas, colons and the like of English beside Chinese, outside `code` and addresses."""
    prose = re.sub(r"`[^`]*`|\]\([^)]*\)|\{[^{}]*\}", "x", text)
    return re.findall(rf"{CHINESE}[”）*]*[,:;?!]|[,:;?!] ?{CHINESE}", prose)


@by_source
def test_no_space_between_chinese_and_digits(path: Path) -> None:
    assert [text for text in texts(path) if spaced_numbers(text)] == []


@by_source
def test_punctuation_is_chinese(path: Path) -> None:
    assert [text for text in texts(path) if ascii_punctuation(text)] == []


@by_source
def test_flow_is_said_in_full(path: Path) -> None:
    """流 by itself says nothing: a flow model is 流模型, its training 流匹配, rectified flow 修正流; a stream of tokens is 词元流."""
    assert [text for text in texts(path) if text == "流" or "整流流" in text] == []


@pytest.mark.parametrize("text", ["第 50 步", "第 {step}步", "共 3 张", "约 **0.7** 左右", "{count} 张图", "余弦为 −1。"])
def test_the_rule_sees_a_space(text: str) -> None:
    assert spaced_numbers(text)


@pytest.mark.parametrize(
    "text", ["第50步", "T5 文本编码器", "Stable Diffusion 3 和 Flux", "1. 先把数字遮住", "{name} 必须是文本"]
)
def test_the_rule_leaves_the_rest_alone(text: str) -> None:
    assert spaced_numbers(text) == []
