"""What a session can begin with: nothing, or the four models that ship, which have learned small pictures before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diffexplain.core import tensor_file
from diffexplain.errors import SessionError
from diffexplain.i18n import say
from diffexplain.models.bundle import start_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diffexplain.explorers.generative.request import GenerativeRequest
    from diffexplain.learn.generative_models import Learned


def begin_with(request: GenerativeRequest, models: Mapping[str, Learned]) -> int:
    """Give new models what the request begins with, and return how many updates they have behind them.

    Raises:
        SessionError: they are of another size, or learn something else, than those that ship; or these are damaged.
    """
    if request.start == "nothing":
        return 0
    remedy = say("Install diffexplain anew.")
    data, facts = tensor_file.opened(start_path(), SessionError, remedy)
    tensor_file.require_whole(start_path(), data, facts, SessionError, remedy)
    width, latent = int(facts["width"]), int(facts["latent"])
    if (request.data, request.width, request.latent) != ("pictures", width, latent):
        raise SessionError(
            say(
                "what was trained before makes small pictures out of {latent} numbers and is {width} wide; choose these, or start from nothing",
                latent=latent,
                width=width,
            )
        )
    weights = tensor_file.tensors_of(data)
    for name, model in models.items():
        own: dict[str, Any] = {
            key.removeprefix(f"{name}."): value for key, value in weights.items() if key.startswith(f"{name}.")
        }
        model.session.network.load_state_dict(own)
        model.session.average.network.load_state_dict(own)
    return int(facts["updates"])
