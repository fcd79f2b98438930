"""Fetch a pipeline from the Hugging Face hub, or from what was fetched before when the hub can't be reached."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from diffexplain.errors import ModelError
from diffexplain.i18n import say
from diffexplain.models.folders import INDEX, check_index, files_of, read_index
from diffexplain.models.variants import pipeline_variant

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

    Check = Callable[[dict[str, Any], Collection[str], str], None]

_SECONDS = 10.0  # the hub client itself would wait for ever on a network that swallows packets
# The hub client has changed its network library twice, and each has its own errors.
_NETWORK_LIBRARIES = {"requests", "httpx", "httpx2", "httpcore", "httpcore2"}


def fetch(name: str) -> Path:
    """Return the local folder of a hub pipeline, downloaded unless it is there already. Safetensors only, no code.

    Args:
        name: As on the hub: ``organisation/model``.

    Raises:
        ModelError: no such model, no access, no pipeline, or no network and nothing kept from before.
    """
    from diffusers import DiffusionPipeline

    def download(files: Collection[str], offline: bool) -> str:  # the pipeline itself knows which it needs
        variant = pipeline_variant(files)
        return str(DiffusionPipeline.download(name, use_safetensors=True, local_files_only=offline, variant=variant))

    return _fetch(name, INDEX, check_index, download)


def fetch_files(name: str, index: str, check: Check, needed: Callable[[str], bool]) -> Path:
    """Return the local folder of some files of a hub model, downloaded unless they are there already.

    Args:
        name: As on the hub: ``organisation/model``.
        index: The file that says what the model is, read before anything else.
        check: Judges the index and the names of all files, as `check_index` does.
        needed: Whether a file is downloaded, by its path.

    Raises:
        ModelError: no such model, no access, not what `check` allows, or no network and nothing kept from before.
    """
    from huggingface_hub import snapshot_download

    def download(files: Collection[str], offline: bool) -> str:
        wanted = [file for file in files if needed(file)]
        return str(snapshot_download(name, allow_patterns=wanted, local_files_only=offline))

    return _fetch(name, index, check, download)


def _fetch(name: str, index_file: str, check: Check, download: Callable[[Collection[str], bool], str]) -> Path:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    files, unreachable = _listing(name, index_file)
    offline = unreachable is not None
    try:
        index = Path(hf_hub_download(name, index_file, local_files_only=offline))
        if offline:
            files = files_of(index.parent)
        check(read_index(index), files, name)
        return Path(download(files, offline))
    except ModelError:
        raise
    except LocalEntryNotFoundError as error:
        raise ModelError(
            say(
                "Model {name!r} is not on this machine and the hub can't be reached ({unreachable}). Check the network "
                "(and that HF_HUB_OFFLINE is not set), or name a local folder; `load()` alone gives the bundled model, "
                "which needs no network.",
                name=name,
                unreachable=unreachable or error,
            )
        ) from error
    except (OSError, ValueError) as error:
        raise ModelError(say("Model {name!r} could not be fetched from the hub: {error}", name=name, error=error)) from error


def _listing(name: str, index_file: str) -> tuple[Collection[str], Exception | None]:
    """Return names of the model's files on the hub; or none, and why the hub couldn't be asked."""
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
            say(
                "{name!r} is neither a folder on this machine nor a name on the hub. Hub names look like "
                "'organisation/model'; a folder has to exist and hold a model_index.json.",
                name=name,
            )
        ) from None
    except GatedRepoError as error:
        raise ModelError(
            say(
                "Model {name!r} is gated: its owner asks you to accept terms. Accept them at "
                "https://huggingface.co/{name}, then log in with `hf auth login`.",
                name=name,
            )
        ) from error
    except RepositoryNotFoundError as error:
        raise ModelError(
            say(
                "The hub has no public model {name!r}, and there is no such folder here. Check the spelling; for a private "
                "model log in with `hf auth login`.",
                name=name,
            )
        ) from error
    except HfHubHTTPError as error:
        return (), error
    except Exception as error:
        library = type(error).__module__.partition(".")[0]
        if isinstance(error, OSError | OfflineModeIsEnabled) or library in _NETWORK_LIBRARIES:
            return (), error
        raise
    names = {sibling.rfilename for sibling in info.siblings or ()}
    if index_file not in names:
        kind = say("diffusers pipeline") if index_file == INDEX else say("transformers model")
        listed = say("text-to-image model that the hub lists under the library diffusers")
        remedy = listed if index_file == INDEX else "CLIPModel"
        raise ModelError(
            say(
                "Model {name!r} is no {kind}: it has no {index_file}. Name a {remedy}.",
                name=name,
                kind=kind,
                index_file=index_file,
                remedy=remedy,
            )
        )
    return names, None
