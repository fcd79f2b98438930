"""The command ``diffexplain export``: what is asked of which explorer, checked before a model is loaded, and written as page, picture or film."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import traitlets

from diffexplain.errors import ExportError
from diffexplain.explorers.in_page.explorers import require_explorer
from diffexplain.explorers.registry import CLASSES, class_of
from diffexplain.i18n import say, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from PIL.Image import Image
    from rich.progress import Progress

    from diffexplain.explorers.explorer import Explorer
    from diffexplain.live.messages import Message

PAGES, PICTURES = (".html", ".htm"), (".png", ".gif")
_GOAL = ("goal",)  # of what trains: no field, and as good to set as one


@dataclass(frozen=True)
class Export:
    """An export whose values are allowed, as far as can be told without a model.

    Attributes:
        explorer: Class of the explorer.
        fields: Values that it is made with.
        output: File to write; of a page that generates, a folder or a file.
        page: How a page is written that generates, as `Explorer.to_html` takes it; None for a recording.
    """

    explorer: type[Explorer]
    fields: Mapping[str, Any]
    output: Path
    page: Mapping[str, Any] | None = None


def asked(
    name: str,
    prompt: str | None,
    options: Mapping[str, Any],
    settings: Sequence[str],
    output: Path,
    page: Mapping[str, Any] | None = None,
) -> Export:
    """Check what is asked for.

    Args:
        name: Of the explorer, as the registry has it.
        prompt: What to draw, or to read; None for the explorer's own.
        options: Values by field; None for the explorer's own.
        settings: Others, each ``FIELD=VALUE``.
        output: File to write; its suffix says as what.
        page: See `Export`.

    Raises:
        ExportError: There is no such explorer, it has no such field, or is not written as such a file.
        TraitError: A value is not allowed.
    """
    from diffexplain.explorers.sentence import asking

    _require(name, "--explorer", tuple(CLASSES))
    explorer = class_of(name)
    if page is None:
        _require_kind(explorer, output)
    else:
        require_explorer(name)
    known = explorer._fields
    fields = {} if prompt is None else asking(known, prompt)
    if prompt is not None and not fields:
        raise ExportError(say("{explorer} takes no text; leave it out", explorer=name))
    given = {field: value for field, value in options.items() if value is not None}
    given |= dict(_setting(each, known) for each in settings)
    for field in given:
        _require(
            field, say("a value of {explorer}", explorer=name), (*known, *_GOAL) if hasattr(explorer, "goal") else tuple(known)
        )
    fields |= given
    return Export(explorer, {field: _checked(explorer, field, value) for field, value in fields.items()}, output, page)


def made(export: Export, pipeline: Any, progress: Progress) -> Path:
    """Run the explorer and write the file, whole or not at all.

    Args:
        export: What was asked for.
        pipeline: What to explore; None for what the explorer has of its own.
        progress: Shows how far it is.

    Raises:
        DiffexplainError: The pipeline can't be explored so.
        OSError: The file can't be written.
    """
    explorer: Any = export.explorer(**({} if pipeline is None else {"pipeline": pipeline}), **export.fields)
    try:
        stop = explorer.on_message(_follower(progress))
        explorer.wait()
        stop()
        return _written(explorer, export.output) if export.page is None else explorer.to_html(export.output, **export.page)
    finally:
        explorer.close()


def _written(explorer: Any, output: Path) -> Path:
    suffix = output.suffix.lower()
    if suffix == ".gif":
        return explorer.to_gif(output)  # type: ignore[no-any-return]
    if suffix == ".png" and hasattr(explorer, "trace"):  # who asks for the picture of one run means that picture
        return _picture(explorer.trace.image, output)
    if suffix == ".png":
        return explorer.to_png(output)  # type: ignore[no-any-return]
    return explorer.to_html(output)  # type: ignore[no-any-return]


def _picture(picture: Image, output: Path) -> Path:
    from diffexplain.core.whole_file import write_whole

    file = io.BytesIO()
    picture.save(file, "PNG")
    write_whole(output, file.getvalue())
    return output


def _follower(progress: Progress) -> Callable[[Message], None]:
    """Return what shows a run by its messages."""
    drawing = progress.add_task(say("Drawing"), total=None)
    decoding = progress.add_task(say("Decoding each step"), total=None, visible=False)

    def follow(message: Any) -> None:
        if hasattr(message, "step_count"):
            for task in (drawing, decoding):
                progress.update(task, total=message.step_count)
        if message.kind == "step":
            progress.advance(drawing)
        elif message.kind == "decoded":
            progress.update(decoding, advance=1, visible=True)
        elif message.kind == "progress":
            progress.update(drawing, completed=message.done, total=message.total)
        elif message.kind == "status" and message.state in {"done", "paused"}:
            progress.update(drawing, completed=1, total=1)

    return follow


def _require_kind(explorer: type[Explorer], output: Path) -> None:
    suffix = output.suffix.lower()
    if suffix in PICTURES:
        explorer.require_kind_of_file(suffix[1:])
    elif suffix not in PAGES:
        raise ExportError(
            say(
                "the ending of {name} does not say what to write: give a name that ends in .html (a page with every step), .png (the picture) or "
                ".gif (the steps as a film)",
                name=output.name,
            )
        )


def _require(value: str, what: str, allowed: tuple[str, ...]) -> None:
    from diffexplain.explorers import checks

    try:
        checks.choice(what, value, allowed)
    except ValueError as error:
        raise ExportError(words_of(error)) from None


def _setting(text: str, known: Mapping[str, Any]) -> tuple[str, Any]:
    """Return name and value of what was written as ``FIELD=VALUE``: JSON, or for a text and a list of texts as it stands."""
    field, sign, written = text.partition("=")
    if not sign:
        raise ExportError(say("--set must be FIELD=VALUE, not {value}; for example --set seed=3", value=repr(text)))
    kind = known[field].type if field in known else ""
    if kind.startswith("str") and written != "null":
        return field, written
    try:
        return field, json.loads(written)
    except ValueError:
        return field, [each.strip() for each in written.split(",")] if kind.startswith("list") else written


def _checked(explorer: type[Explorer], field: str, value: Any) -> Any:
    """Return a value that is allowed, as far as can be told without a model."""
    from diffexplain.core.sampler_list import SAMPLERS
    from diffexplain.explorers import checks
    from diffexplain.explorers.pipelines import OWN

    check = checks.between(1, checks.MAX_SEED) if field in _GOAL else explorer._fields[field].check
    try:
        if check is not None:
            return check(field, value)
        if field in {"sampler", "samplers"}:
            for name in value if isinstance(value, list) else [value]:
                checks.choice(field, name, [*SAMPLERS, OWN])
    except ValueError as error:
        raise traitlets.TraitError(words_of(error)) from None
    return value
