"""What explorers share whose runs go on: they can be paused, stepped, resumed, changed on the way, saved and loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from diffexplain.errors import SessionError
from diffexplain.explorers import checks
from diffexplain.explorers.explorer import Explorer
from diffexplain.i18n import say, words_of
from diffexplain.live import session_file
from diffexplain.live.sessions import Sessions
from diffexplain.live.status import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike
    from pathlib import Path
    from typing import Self

    from diffexplain.live.live_session import LiveSession
    from diffexplain.live.messages import Message


_UPDATES = checks.between(1, checks.MAX_SEED)


class SessionExplorer(Explorer):
    """A live view of something that goes on. A change of `Request` begins it anew, one of `Live` is read by the next slice.

    Attributes:
        goal: how many updates a new session makes before it pauses by itself.
        kinds: all kinds of message that it sends, so that a saved session can be read.
    """

    goal: int = 1000
    kinds: ClassVar[Sequence[type[Message]]] = ()

    def __init__(self, owner: object, *, goal: int | None = None, **traits: Any) -> None:
        """See `Explorer`.

        Raises:
            ValueError: `goal` is no whole number from 1 on.
        """
        if goal is not None:
            self.goal = _UPDATES("goal", goal)
        super().__init__(owner, **traits)
        self.observe(self._live_changed, names=[name for name, each in self._fields.items() if each.live])

    # What a subclass says

    def begin(self, request: Any, emit: Callable[[Message], None]) -> LiveSession:
        """Make a session of what was asked, and show what there is before its first update.

        Args:
            request: an instance of `Request`.
            emit: takes each message as soon as it is there.
        """
        raise NotImplementedError

    def advance(self, session: Any, live: Any, emit: Callable[[Message], None]) -> None:
        """Take a session on by one slice, see `LiveSession.slice`, and say what came of it in one batch of messages.

        Args:
            session: what `begin` made.
            live: an instance of `Live`, as its fields stand.
            emit: takes each message; raises when nobody waits any more.
        """
        raise NotImplementedError

    # What a user does

    def pause(self) -> None:
        """Stop within one slice. Nothing happens where nothing goes on."""
        self._sessions.pause()

    def resume(self, updates: int | None = None) -> Self:
        """Go on; what has failed or was cancelled begins anew.

        Args:
            updates: how many more to make before the next pause; None goes on until `pause`, and `wait` waits for that.

        Raises:
            ValueError: it is no whole number from 1 on.
        """
        self._sessions.resume(None if updates is None else _UPDATES("updates", updates))
        return self

    def reset(self) -> None:
        """Begin anew with the same request, and wait there."""
        self._sessions.reset()

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the session as it stands into a file, which appears whole or not at all. It goes on meanwhile.

        Any name will do; one that ends in ``.dxsession`` is opened by a double click in JupyterLab, see `diffexplain.explorers.offered`.

        Raises:
            SessionError: there is no session: it has not begun, or it is over.
            OSError: the file can't be written.
        """
        saved = self._sessions.save()
        if saved is None:
            raise SessionError(
                say("there is no session to save: this one is {state}; resume it or change what it is asked", state=self.status)
            )
        return session_file.write(saved, type(self).__name__, path)

    def load(self, path: str | PathLike[str]) -> Self:
        """Go on with a saved session: paused, where it stood. It takes the place of the present one.

        Raises:
            SessionError: the file is no session of such an explorer, is damaged or of another version. Nothing has changed then.
        """
        saved = session_file.read(path, type(self).__name__, (*KINDS, *self.kinds), self._request_of)
        for name, value in saved.live.items():
            setattr(self, name, value)  # before its first slice reads them
        with self.hold_trait_notifications():
            self._sessions.load(saved)  # from here on this is what is asked, so the request's traits ask for nothing
            for name, value in vars(saved.request).items():
                setattr(self, name, value)
        return self.wait()

    # Between

    @property
    def _sessions(self) -> Sessions:
        assert isinstance(self._runs, Sessions)
        return self._runs

    def _requests(self, owner: object) -> Sessions:
        return Sessions(owner, self.begin, self.advance, self._live, self._publish, self._keep, self.goal, self.memory.run)

    def _live(self) -> Any:
        return self.Live(**{name: getattr(self, name) for name, each in self._fields.items() if each.live})

    def _live_changed(self, change: object) -> None:  # noqa: ARG002 - traitlets gives it
        self._sessions.changed()

    def _request_of(self, request: dict[str, Any], live: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Return a request and live values of a file, checked."""
        names = {name for name, each in self._fields.items() if each.request}, set(self._live_names())
        if (set(request), set(live)) != names:
            raise SessionError(say("it was saved with other fields"))
        try:
            checked = {name: self.check(name, value) for name, value in {**request, **live}.items()}
        except ValueError as error:
            raise SessionError(words_of(error)) from error
        return self.Request(**{name: checked[name] for name in request}), {name: checked[name] for name in live}

    def _live_names(self) -> list[str]:
        return [name for name, each in self._fields.items() if each.live]

    def _hear(self, widget: object, content: Any, buffers: Any) -> None:
        kind = content.get("kind") if isinstance(content, dict) else None
        updates = content.get("updates") if isinstance(content, dict) else None
        if kind == "pause":
            self.pause()
        elif kind == "resume":
            self.resume(updates if isinstance(updates, int) and updates > 0 else None)
        elif kind == "reset":
            self.reset()
        else:
            super()._hear(widget, content, buffers)
