"""Fetch a pipeline from the Hugging Face hub, or from what was fetched before when the hub can't be reached."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from diffexplain.models.errors import ModelError
from diffexplain.models.folders import INDEX, check_index, read_index

if TYPE_CHECKING:
    from collections.abc import Collection

_SECONDS = 10.0  # the hub client itself would wait for ever on a network that swallows packets
# The hub client has changed its network library twice, and each has its own errors.
_NETWORK_LIBRARIES = {"requests", "httpx", "httpx2", "httpcore", "httpcore2"}


def fetch(name: str) -> Path:
    """The local folder of a hub pipeline, downloaded unless it is there already. Safetensors only, no code.

    Args:
        name: As on the hub: ``organisation/model``.

    Raises:
        ModelError: no such model, no access, no pipeline, or no network and nothing kept from before.
    """
    from diffusers import DiffusionPipeline
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    files, unreachable = _listing(name)
    offline = unreachable is not None
    try:
        index = Path(hf_hub_download(name, INDEX, local_files_only=offline))
        if offline:
            files = {path.relative_to(index.parent).as_posix() for path in index.parent.rglob("*") if path.is_file()}
        check_index(read_index(index), files, name)
        return Path(DiffusionPipeline.download(name, use_safetensors=True, local_files_only=offline))
    except LocalEntryNotFoundError as error:
        raise ModelError(
            f"Model {name!r} is not on this machine and the hub can't be reached ({unreachable or error}). "
            "Check the network (and that HF_HUB_OFFLINE is not set), or name a local folder; `load()` alone gives the bundled "
            "model, which needs no network."
        ) from error
    except (OSError, ValueError) as error:
        raise ModelError(f"Model {name!r} could not be fetched from the hub: {error}") from error


def _listing(name: str) -> tuple[Collection[str], Exception | None]:
    """Names of the model's files on the hub; or none, and why the hub couldn't be asked."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    try:
        info = HfApi().model_info(name, timeout=_SECONDS)
    except HFValidationError:
        raise ModelError(
            f"{name!r} is neither a folder on this machine nor a name on the hub. "
            "Hub names look like 'organisation/model'; a folder has to exist and hold a model_index.json."
        ) from None
    except GatedRepoError as error:
        raise ModelError(
            f"Model {name!r} is gated: its owner asks you to accept terms. Accept them at "
            f"https://huggingface.co/{name}, then log in with `hf auth login`."
        ) from error
    except RepositoryNotFoundError as error:
        raise ModelError(
            f"The hub has no public model {name!r}, and there is no such folder here. "
            "Check the spelling; for a private model log in with `hf auth login`."
        ) from error
    except HfHubHTTPError as error:
        return (), error
    except Exception as error:
        library = type(error).__module__.partition(".")[0]
        if isinstance(error, OSError | OfflineModeIsEnabled) or library in _NETWORK_LIBRARIES:
            return (), error
        raise
    names = {sibling.rfilename for sibling in info.siblings or ()}
    if INDEX not in names:
        raise ModelError(
            f"Model {name!r} is no diffusers pipeline: it has no {INDEX}. "
            "Name a text-to-image model that the hub lists under the library diffusers."
        )
    return names, None
