"""A pipeline that is there when a run asks for it: many a run needs none, and the bundled one takes a second to load."""

from __future__ import annotations

from typing import Any


class LatePipeline:
    """The user's own pipeline, or the bundled one, which is loaded when it is first needed.

    Args:
        given: A pipeline; None for the bundled one.
        packed: Whether one that packs its latents into patches will do, as Flux: where nothing but its pictures is looked at.

    Raises:
        UnfitPipelineError: The pipeline that was given can't be explored.
    """

    def __init__(self, given: Any, *, packed: bool = False) -> None:
        if given is not None:
            from diffexplain.explorers.fitness import require_fit  # brings torch

            require_fit(given, packed=packed)
        self._given, self._bundled = given, None

    def loaded(self) -> Any:
        """Return the pipeline; None before the bundled one is loaded."""
        return self._bundled if self._given is None else self._given

    def is_ours(self) -> bool:
        """Return whether it is the bundled one, also before it is loaded; see `diffexplain.models.learned.is_bundled`."""
        if self.loaded() is None:
            return True
        from diffexplain.models.learned import is_bundled  # brings torch

        return is_bundled(self.loaded())

    def ready(self) -> Any:
        """Return the pipeline, loaded."""
        if self._given is None:
            from diffexplain.explorers.pipelines import bundled

            self._bundled = bundled()
        return self.loaded()
