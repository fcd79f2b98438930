"""A blog post in which the reader draws: ``python -m docs.examples.blog_post.build FOLDER``, or ``make site-example``.

The post stands here in English and Chinese, as any static site has it. Each explorer in it is a page of its own in an ``<iframe>``; all of them
share one network, which a reader's browser loads once, and only if something is changed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import diffexplain as dx
from diffexplain.i18n import speaking

HERE = Path(__file__).parent
POSTS = {"en": "index.html", "zh": "zh.html"}
EXPLORERS: dict[str, tuple[type[Any], dict[str, Any], dict[str, str]]] = {
    "prompt": (dx.DenoiseExplorer, {"seed": 7}, {"en": "a fox", "zh": "一只狐狸"}),
    "seeds": (dx.SeedExplorer, {"count": 6, "steps": 10}, {"en": "an owl", "zh": "一只猫头鹰"}),
    "guidance": (dx.GuidanceExplorer, {"steps": 12, "scales": [0.0, 1.0, 4.0, 12.0]}, {"en": "a cat", "zh": "一只猫"}),
}
"""Name of an explorer in the post -> its class, what it opens with, and the prompt by language."""


def build(folder: Path) -> Path:
    """Write the post and its explorers into a folder; returns the English page."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, page in POSTS.items():
        (folder / page).write_text((HERE / f"{language}.html").read_text("utf-8"), "utf-8")
        for name, (explorer_class, fields, prompts) in EXPLORERS.items():
            with speaking(language):
                explorer = explorer_class(prompt=prompts[language], **fields)
                explorer.wait().to_html(folder / f"{name}-{language}.html", live=True)
                explorer.close()
    return folder / POSTS["en"]


if __name__ == "__main__":
    print(build(Path(sys.argv[1])))
