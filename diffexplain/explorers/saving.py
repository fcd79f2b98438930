"""What of a finished run can be taken away: a page, a picture, a film, from Python and from the page's "Save…"."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from diffexplain.core import film
from diffexplain.core.whole_file import page_in, target_of, write_whole
from diffexplain.errors import ExportError, NoFinishedRunError
from diffexplain.explorers import checks, files, page
from diffexplain.i18n import Words, say, speaking
from diffexplain.live.exported_run import DETAILS, ExportedRun
from diffexplain.live.remedies import summary
from diffexplain.live.run import encode_whole
from diffexplain.live.status import Saved

if TYPE_CHECKING:
    import threading
    from os import PathLike

    from PIL import Image

    from diffexplain.explorers.field import Declared
    from diffexplain.explorers.still import Overview
    from diffexplain.live.messages import Message
    from diffexplain.live.requests import Requests
    from diffexplain.live.run import Run


def request_of(messages: list[Message]) -> dict[str, Any]:
    """Return what a run was asked, as its messages say it; empty where none does."""
    return next((dataclasses.asdict(message.request) for message in messages if hasattr(message, "request")), {})


def subject_of(request: dict[str, Any]) -> str:
    """Return what a run was asked to show, such as its prompt; may be empty."""
    return str(request.get("prompt", "")).strip()


class Saving:
    """The part of an `Explorer` that makes files of its last finished run."""

    title: ClassVar[Words]
    language: str
    _fields: ClassVar[dict[str, Declared]]
    _module: ClassVar[str | Path]
    _runs: Requests | None
    _saving: threading.Lock

    def still(self, messages: list[Message]) -> str:
        """See `Explorer.still`."""
        raise NotImplementedError

    def _still(self, run: Run) -> str:
        raise NotImplementedError

    def overview(self, messages: list[Message]) -> Overview | None:  # noqa: ARG002 - for subclasses
        """Return a finished run as one picture, at the size at which it is best seen; None where there is nothing to show.

        An explorer without this method has no `to_png`.
        """
        return None

    def in_page(self) -> dict[str, Any] | None:
        """Return what a page that generates must know of this explorer beside its networks, fit for JSON; None where these aren't the bundled ones."""
        return None

    def film(self, messages: list[Message]) -> list[Image.Image]:  # noqa: ARG002 - for subclasses
        """Return a finished run as pictures of one size, one after the other; empty where there is nothing to show.

        An explorer without this method has no `to_gif`.
        """
        return []

    def exported_run(self, detail: str = "preview") -> ExportedRun:
        """Return the last finished run by itself; what still runs is waited for.

        Args:
            detail: see `to_html`.

        Raises:
            ValueError: there is no such detail.
            NoFinishedRunError: there is no finished run.
        """
        full = checks.choice("detail", detail, DETAILS) == "full"
        finished = self._finished()
        assert self._runs is not None
        recorded = self._runs.recorded()
        request = request_of([sent.message for sent in finished.sent])
        traits = {name: getattr(self, name) for name in sorted({*self._fields, "_controls", "_key", "language"})} | request
        subject = subject_of(request)
        encoded = [encode_whole(sent) if full else sent.encoded for sent in recorded]
        return ExportedRun(self._module, self.title, subject, traits, encoded, self._still(finished))

    def to_html(
        self, path: str | PathLike[str], detail: str = "preview", *, live: bool = False, one_file: bool = False
    ) -> Path:
        """Write the last finished run as one page that needs no kernel and no network; what still runs is waited for.

        ::

            explorer.to_html("fox.html")                               # a recording
            explorer.to_html("fox/", live=True)                        # a folder for a static host: whoever opens it can draw anew
            explorer.to_html("fox.html", live=True, one_file=True)     # the same as one file, 40 MB

        Args:
            path: file to write; an existing one is replaced. With ``live``, a folder, which gets an ``index.html``; or a file ending in
                ``.html``, beside which a folder ``network`` is written that several pages share.
            detail: ``"preview"`` has what a page shows at first, of a large model its arrays in small; ``"full"`` has every number
                of the run, which can be a hundred times as much.
            live: whether the page draws anew what is changed in it, with the bundled model in the reader's browser. It loads 30 MB for
                that, when something is first changed.
            one_file: whether all of that is in the page itself, so that it can be opened without a server.

        Returns:
            The page's path.

        Raises:
            ValueError: there is no such detail.
            ExportError: a page can't draw what this explorer shows, or not with this pipeline.
            NoFinishedRunError: there is no finished run.
            OSError: the file can't be written.
        """
        if not live:
            target = target_of(path, "explorer.html")  # before a run is waited for
            return page.write(self.exported_run(detail), target)
        # it takes torch, which the first paint of some explorers does without
        from diffexplain.explorers.in_page import writing as in_page

        own = in_page.require(str(self._module), self.in_page)
        target = target_of(path, "explorer.html") if one_file else page_in(path)
        run = self.exported_run(detail)
        fields = [name for name, each in self._fields.items() if each.request]
        return in_page.write(run, fields, own, target, one_file=one_file)

    def to_png(self, path: str | PathLike[str]) -> Path:
        """Write the last finished run as one picture, with what was asked below it; what still runs is waited for.

        Args:
            path: file to write, ending in ``.png``; an existing one is replaced, whole or not at all.

        Returns:
            The file's path.

        Raises:
            ValueError: the name ends otherwise.
            ExportError: there is nothing of this explorer, or of this run, that a picture could be made of.
            NoFinishedRunError: there is no finished run.
            OSError: the file can't be written.
        """
        target = files.png_target(path)  # before a run is waited for
        write_whole(target, self._file("png"))
        return target

    def to_gif(self, path: str | PathLike[str], *, seconds: float = files.SECONDS, hold: float = files.HOLD) -> Path:
        """Write the last finished run as a film; what still runs is waited for.

        Args:
            path: file to write, ending in ``.gif``; an existing one is replaced, whole or not at all.
            seconds: how long each picture is seen, 0.02 to 60.
            hold: how long the last one is seen, 0.02 to 60.

        Returns:
            The file's path.

        Raises:
            ValueError: the name ends otherwise, or a number is out of range.
            ExportError: there is nothing of this explorer, or of this run, that a film could be made of.
            NoFinishedRunError: there is no finished run.
            OSError: the file can't be written.
        """
        target = film.gif_target(path)  # before a run is waited for
        write_whole(target, self._file("gif", seconds, hold))
        return target

    @classmethod
    def _kinds_of_file(cls) -> list[str]:
        made = {"png": cls.overview is not Saving.overview, "gif": cls.film is not Saving.film}
        return ["html", *(kind for kind, has in made.items() if has)]

    @classmethod
    def require_kind_of_file(cls, kind: str) -> None:
        """Check that a run of this explorer can be saved as "html", "png" or "gif".

        Raises:
            ExportError: it can't, or there is no such kind.
        """
        kinds = cls._kinds_of_file()
        if kind not in kinds:
            raise ExportError(
                say(
                    "{explorer} is saved as {allowed}, not as {kind}",
                    explorer=cls.__name__,
                    allowed=", ".join(kinds),
                    kind=kind,
                )
            )

    def _finished(self) -> Run:
        """Return the last finished run; what still runs is waited for."""
        assert self._runs is not None
        failure = self._runs.settle()
        finished = self._runs.history.finished
        if finished is None:
            raise NoFinishedRunError(
                say(
                    "{explorer} has no finished run to keep or to show; see `status`, change what it is asked and wait for it",
                    explorer=repr(self),
                )
            ) from failure
        return finished

    def _messages(self) -> list[Message]:
        finished = self._finished()
        assert self._runs is not None
        return [sent.message for sent in self._runs.history.sent_of(finished)]

    def _file(self, kind: str, *times: float) -> bytes:
        """Return a file's bytes.

        Raises:
            ExportError: this explorer or this run has none of that kind.
            NoFinishedRunError: there is no finished run.
        """
        self.require_kind_of_file(kind)
        if kind == "html":
            return page.page(self.exported_run()).encode("utf-8")
        messages = self._messages()
        with speaking(self.language):
            return files.png(self.overview(messages)) if kind == "png" else files.gif(self.film(messages), *times)

    def file_of(self, kind: str) -> tuple[str, bytes]:
        """Return a name for a file of the last finished run, and its bytes; what still runs is waited for.

        Args:
            kind: "html", "png" or "gif".

        Raises:
            ExportError: this explorer or this run has none of that kind.
            NoFinishedRunError: there is no finished run.
        """
        with self._saving:  # one after the other
            content = self._file(kind)
            return files.name_of(Path(self._module).stem, subject_of(request_of(self._messages())), kind), content

    def _save(self, kind: str, view: str) -> None:
        """Make a file for a view of the page: on a thread of its own."""
        nothing = np.zeros(0, np.uint8)
        try:
            name, content = self.file_of(kind)
            saved = Saved(view, name, files.MIMES[kind], np.frombuffer(content, np.uint8))
        except Exception as error:  # noqa: BLE001 - whoever pressed the button is to read it
            saved = Saved(view, "", "", nothing, summary(error))
        if self._runs is not None:
            self._runs.history.aside(saved)
