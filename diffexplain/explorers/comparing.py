"""A run that is kept, so that the next one can be seen beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diffexplain.explorers.explorer import Explorer

if TYPE_CHECKING:
    from typing import Self

    from diffexplain.live.messages import Message


class ComparingExplorer(Explorer):
    """An explorer whose page shows two runs side by side: one that was kept, and the newest.

    What is kept are the run's messages: one run's memory, however many follow. A page that is reloaded, a second view and an export
    have both runs.
    """

    def keep(self) -> Self:
        """Keep the last finished run beside those that follow, in the place of one that was kept before; what still runs is waited for.

        ::

            explorer.keep().guidance_scale = 8

        Raises:
            NoFinishedRunError: there is no finished run.
        """
        finished = self._finished()
        assert self._runs is not None
        self._runs.history.keep(finished)
        return self

    def let_go(self) -> Self:
        """Forget the run that was kept. Nothing happens where there is none."""
        if self._runs is not None and self._runs.history.kept is not None:
            self._runs.history.keep(None)
        return self

    @property
    def kept(self) -> list[Message]:
        """What the kept run said, as `recorded` has it of the last one; empty where none is kept."""
        history = self._runs.history if self._runs is not None else None
        return [sent.message for sent in history.sent_of(history.kept)] if history is not None and history.kept else []

    def _hear(self, widget: object, content: Any, buffers: Any) -> None:
        kind = content.get("kind") if isinstance(content, dict) else None
        if kind == "keep" and self._runs is not None:
            finished = self._runs.history.finished
            if finished is not None and finished.number == content.get("run"):  # else a newer one has finished meanwhile
                self._runs.history.keep(finished)
        elif kind == "let_go":
            self.let_go()
        else:
            super()._hear(widget, content, buffers)
