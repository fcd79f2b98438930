"""The explorer that fits a file: of a recorded run all that it shows by itself, of a saved session the session, paused where it stood.

JupyterLab's extension asks for it after a double click, in a kernel that it has started for that file (`answer`); anybody else may::

    from diffexplain.explorers import viewer

    viewer.open_file("fox.dxtrace")          # what Trace.save wrote
    viewer.open_file("cloud.dxsession")      # what save() of an explorer wrote whose runs go on
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diffexplain.core import tensor_file, trace_file
from diffexplain.core.trace import Trace
from diffexplain.errors import SessionError, TraceFormatError
from diffexplain.explorers.offered import session_explorer
from diffexplain.explorers.workbench import explore
from diffexplain.i18n import say, set_language
from diffexplain.i18n.words import in_all_languages
from diffexplain.live import session_file
from diffexplain.live.remedies import summary

if TYPE_CHECKING:
    from os import PathLike

    from diffexplain.explorers.explorer import Explorer

MIME = "application/vnd.diffexplain.opened+json"


def open_file(path: str | PathLike[str]) -> Explorer:
    """Show a recorded run or a saved session. What is in the file decides, not its name; no code in it is run: it holds none.

    Args:
        path: of a file that `Trace.save` or `SessionExplorer.save` wrote.

    Returns:
        The bench of a recorded run, as `diffexplain.explore` makes it; of a session an explorer of the class that has saved it, paused.

    Raises:
        TraceFormatError: it is no such file, or a recorded run that is damaged or of another version.
        SessionError: it is a session that is damaged, of another version, or of an explorer that is not installed.
        OSError: it can't be read.
    """
    path = Path(path).expanduser()
    metadata = _metadata_at(path)
    if metadata.get("format") == trace_file.FORMAT:
        return explore(Trace.load(path))
    if metadata.get("format") == session_file.FORMAT:
        return _session(path, session_file.explorer_of(metadata))
    raise TraceFormatError(
        say(
            "{path} is a safetensors file, but neither a recorded run nor a saved session. Give a file that Trace.save wrote, or "
            "save() of an explorer whose runs go on.",
            path=path,
        )
    )


def _metadata_at(path: Path) -> dict[str, str]:
    if path.is_dir():
        raise TraceFormatError(say("{path} is a folder, not a trace. Give the file that Trace.save wrote.", path=path))
    try:
        return tensor_file.metadata_at(path)
    except FileNotFoundError as error:
        raise FileNotFoundError(
            say("There is no file {path}: it was deleted, moved or renamed, or lies where this Python can't see it.", path=path)
        ) from error
    except OSError as error:
        raise OSError(say("{path} can't be read: {reason}", path=path, reason=error.strerror or error)) from error
    except Exception as error:
        raise TraceFormatError(
            say(
                "{path} is neither a recorded run nor a saved session, or was cut off at its start. Give a file that Trace.save "
                "wrote, or save() of an explorer whose runs go on.",
                path=path,
            )
        ) from error


def _session(path: Path, name: str) -> Explorer:
    if not name:
        raise SessionError(say("{path} is a session, but does not say of which explorer: it is damaged.", path=path))
    kind: Any = session_explorer(name)  # what it takes is its own
    try:
        explorer = kind()
    except Exception as error:  # whatever another's explorer can trip over
        raise SessionError(
            say(
                "{explorer} could not be made: {error}. Make it in a notebook and load the file there.",
                explorer=name,
                error=error,
            )
        ) from error
    try:
        loaded: Explorer = explorer.load(path)
        return loaded
    except Exception:
        explorer.close()
        raise


# For a page


@dataclass(frozen=True)
class Answer:
    """What a page hears that has asked for a file.

    Attributes:
        model: id of the explorer's widget; empty where there is none.
        message: why there is none, by language; empty where there is one.
    """

    model: str
    message: dict[str, str]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {MIME: {"model": self.model, "message": self.message}, "text/plain": self.model or self.message["en"]}


_shown: dict[str, Explorer] = {}


def answer(path: str, language: str) -> Answer:
    """Open a file for the page that has started this kernel for it, or say in words why that can't be.

    A page that is loaded again gets the explorer that is there, with all that was done to it.

    Args:
        path: as the kernel sees it, from the folder in which it runs.
        language: of the page; the whole kernel speaks it from here on.
    """
    set_language(language)
    try:
        explorer = _shown.get(path)
        if explorer is None or explorer.comm is None:
            explorer = _shown[path] = open_file(path)
    except Exception as error:  # noqa: BLE001 - whoever has clicked is to read it
        return Answer("", in_all_languages(summary(error)))
    return Answer(str(explorer.model_id), {})
