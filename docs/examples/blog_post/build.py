"""A blog post in which the reader draws: ``python -m docs.examples.blog_post.build FOLDER``, or ``make site-example``.

The post stands here in English and Chinese, as any static site has it. Each explorer in it is a page of its own in an ``<iframe>``; all of them
share one network, which a reader's browser loads once, and only if something is changed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import diffexplain as dx
from diffexplain.i18n import speaking

HERE = Path(__file__).parent
POSTS = {"en": "index.html", "zh": "zh.html"}
EXPLORERS = {
    "prompt": {"en": {"prompt": "a fox", "seed": 7}, "zh": {"prompt": "一只狐狸", "seed": 7}},
    "sampler": {"en": {"prompt": "two owls", "sampler": "euler_a"}, "zh": {"prompt": "两只猫头鹰", "sampler": "euler_a"}},
    "guidance": {"en": {"prompt": "a cat", "guidance_scale": 9.0}, "zh": {"prompt": "一只猫", "guidance_scale": 9.0}},
}
"""Name of an explorer in the post -> by language, what it opens with."""


def build(folder: Path) -> Path:
    """Write the post and its explorers into a folder; returns the English page."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, page in POSTS.items():
        (folder / page).write_text((HERE / f"{language}.html").read_text("utf-8"), "utf-8")
        for name, fields in EXPLORERS.items():
            with speaking(language):
                explorer = dx.DenoiseExplorer(**fields[language])
                explorer.wait().to_html(folder / f"{name}-{language}.html", live=True)
                explorer.close()
    return folder / POSTS["en"]


if __name__ == "__main__":
    print(build(Path(sys.argv[1])))
