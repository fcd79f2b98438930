"""What a pipeline is made of at this moment, in a few hundred bytes: equal as long as nothing that its pictures depend on changes.

Weights are changed in many ways that leave no trace on them: ``tensor.data`` moves no version counter, and fusing a LoRA keeps every
object. So all of them are read, each time, at about the speed of memory: as whole numbers, whose sums come out the same in any order,
on any number of threads. What is no tensor, an adapter's factor, say, or the class of an attention processor, is digested beside them.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

import torch

from diffexplain.i18n import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_WAY = 1  # of taking fingerprints: a new number where it changes
PIPELINE = "pipeline"  # the part that holds what the pipeline itself has been given
_COLUMNS = 4093  # a prime, so that the rows of a matrix fall on columns of their own
_SMALL = 2**19  # bytes; below, a tensor costs more to look at than to read
_GROUP = 2**20  # bytes of small ones that are laid one behind the other
_SCALARS = frozenset({int, float, bool, str, bytes, type(None)})
_DEEPEST = 4
_USUAL = frozenset({torch.Tensor, torch.nn.Parameter, torch.nn.Buffer})
_OF_EVERY_MODULE = frozenset(vars(torch.nn.Module())) - {"training"}
_BUT_THESE = frozenset(  # of the names that begin with _, which as a rule are what a run leaves behind
    {
        "_active_adapter",
        "_attention_backend",
        "_attn_implementation_internal",
        "_diffusers_hook",
        "_disable_adapters",
        "_internal_dict",
    }
)
_OF_ITS_FILE = frozenset(  # where a network came from is no matter
    {"architectures", "dtype", "model_type", "name_or_path", "torch_dtype", "transformers_version"}
)
_LOOKED_INTO = frozenset({"config", "processor"})  # objects whose own values matter; of others it is their class
_PASSED_OVER = _OF_EVERY_MODULE | _OF_ITS_FILE
_LISTENERS = ("accelerate", "diffexplain", "diffusers", "torch", "transformers")  # their hooks and forwards change no result


@dataclass(frozen=True)
class Fingerprint:
    """What a pipeline was made of.

    Attributes:
        weights: By part, a digest of all its parameters and buffers, the same on every device.
        settings: By part, a digest of its plain state: configuration, adapters, attention processors, added tokens.
        hooks: A digest of other people's hooks on its modules. Whether they change what passes or only listen can't be told.
        device: Where it computed.
        libraries: Versions of those whose objects ``settings`` describes.
    """

    weights: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...]
    hooks: str
    device: str
    libraries: str

    def plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {**vars(self), "weights": dict(self.weights), "settings": dict(self.settings), "way": _WAY}

    @classmethod
    def of_plain(cls, plain: Any) -> Fingerprint | None:
        """Return the inverse of `plain`; None for none, and for one that was taken in another way and compares with none of these.

        Raises:
            ValueError: Where it is something else.
        """
        if plain is None or plain.get("way") != _WAY:
            return None
        weights, settings = (tuple(sorted(plain[name].items())) for name in ("weights", "settings"))
        hooks, device, libraries = plain["hooks"], plain["device"], plain["libraries"]
        for text in (hooks, device, libraries, *(text for pair in (*weights, *settings) for text in pair)):
            if not isinstance(text, str):
                raise ValueError(say("{text!r} is no name", text=text))
        return cls(weights, settings, hooks, device, libraries)

    def changed_since(self, earlier: Fingerprint) -> tuple[str, ...]:
        """Return the networks and tokenizers that are not what they were, by name.

        Of parts that only one of both has, of the scheduler, of hooks and of the device nothing is said; nor of settings that were
        read by other versions of the libraries.
        """
        both = [(dict(self.weights), dict(earlier.weights))]
        if self.libraries == earlier.libraries:
            both.append((dict(self.settings), dict(earlier.settings)))
        names = dict(earlier.weights)
        return tuple(
            name for name in names if any(name in now and name in then and now[name] != then[name] for now, then in both)
        )


def fingerprint(owner: Any) -> Fingerprint:
    """Return the fingerprint of a pipeline, or of anything else that holds networks; of a single one, too.

    Costs one reading of all weights, and at most one transfer from each device. What can't be read (on ``meta``, or of a kind that has
    no bits) is known by its shape alone. Never raises for what a pipeline may hold.
    """
    weights: dict[str, str] = {}
    settings: dict[str, str] = {}
    plain: list[Any] = [_name_of(type(owner))]
    pending: list[tuple[str, list[Any], _Sums]] = []
    devices: list[str] = []
    hooks: list[Any] = []
    for name, part in _parts(owner):
        if isinstance(part, torch.nn.Module):
            try:
                network = _Network(part)
                pending.append((name, network.layout, _sums(network.tensors)))
            except Exception:  # noqa: BLE001 - of a kind that nobody has thought of: it must not cost anybody a run
                plain.append((name, _name_of(type(part))))
                continue
            settings[name] = _digest(network.settings)
            hooks += network.hooks
            devices.append(_device(part, network.tensors))
        elif hasattr(part, "convert_ids_to_tokens"):
            weights[name] = _digest(_words(part))
        elif isinstance(getattr(part, "config", None), Mapping):
            settings[name] = _digest([_name_of(type(part)), _plain(part.config)])
        elif (not name.startswith("_") or name in _BUT_THESE) and (said := _plain(part)) is not None:
            plain.append((name, said))
    settings[PIPELINE] = _digest(plain)
    for (name, layout, _), numbers in zip(pending, _fetched([sums for _, _, sums in pending]), strict=True):
        weights[name] = _digest([layout, numbers])
    return Fingerprint(
        tuple(sorted(weights.items())), tuple(sorted(settings.items())), _digest(hooks), " ".join(devices), _libraries()
    )


class _Network:
    """A walk through a network: its plain state, and its tensors with their names and shapes."""

    def __init__(self, network: torch.nn.Module) -> None:
        self.settings: list[Any] = []
        self.layout: list[Any] = []
        self.hooks: list[Any] = []
        self.tensors: list[torch.Tensor] = []
        self.seen: dict[int, int] = {}  # tied weights and shared modules are looked at once
        self.described: dict[int, Any] = {}  # objects that many modules share, such as a configuration
        self._walk("", network)

    def _walk(self, name: str, module: torch.nn.Module) -> None:
        known = self.seen.setdefault(id(module), len(self.seen))
        if known < len(self.seen) - 1:
            self.settings.append((name, known))
            return
        state = vars(module)
        children = list(state["_modules"].items())
        self.settings += (name, _name_of(type(module)), self._own(state), len(children))
        if state["_forward_pre_hooks"] or state["_forward_hooks"]:
            hooks = [*state["_forward_pre_hooks"].values(), *state["_forward_hooks"].values()]
            self.hooks += ((name, hook) for hook in map(_function, hooks) if hook)
        for tensors in (state["_parameters"], state["_buffers"]):
            for key, tensor in list(tensors.items()):
                if tensor is not None:
                    self._add(module, key, tensor)
        for key, child in children:
            if child is not None:
                self._walk(key, child)

    def _own(self, state: dict[str, Any]) -> list[Any]:
        """Return the plain state of a module, by name."""
        own: list[Any] = []
        for key in sorted(state.keys() - _PASSED_OVER):
            value = state[key]
            if value is not None and (key[0] != "_" or key in _BUT_THESE):
                said = value if type(value) in _SCALARS else self._described(key, value)
                if said is not None:
                    own += (key, said)
        return own

    def _described(self, name: str, value: Any) -> Any:
        if type(value) is tuple and _SCALARS.issuperset(map(type, value)):
            return value  # most are: strides, shapes
        if name == "_diffusers_hook":  # of caches, say
            return sorted(map(str, getattr(value, "hooks", ()))) or None
        if isinstance(value, (dict, list, tuple)) or name not in _LOOKED_INTO or not hasattr(value, "__dict__"):
            return _plain(value)
        if id(value) not in self.described:
            self.described[id(value)] = [_name_of(type(value)), _plain(vars(value))]
        return self.described[id(value)]

    def _add(self, module: torch.nn.Module, name: str, tensor: torch.Tensor) -> None:
        if type(tensor) not in _USUAL and hasattr(
            tensor, "__tensor_flatten__"
        ):  # quantised: several tensors in the guise of one
            for inner in tensor.__tensor_flatten__()[0]:
                self._add(module, f"{name}.{inner}", getattr(tensor, inner))
            return
        known = self.seen.setdefault(id(tensor), len(self.seen))
        if known < len(self.seen) - 1:
            self.layout += (name, known)
            return
        if tensor.is_meta:
            tensor = _loaded(module, name, tensor)
        try:
            self.layout += (name, _name_of_type(tensor.dtype), *tensor.shape)
        except RuntimeError:  # it has no shape yet
            return
        if not tensor.is_meta:
            self.tensors.append(tensor)


_Sums = dict[torch.device, torch.Tensor]  # a whole number on each device


def _sums(tensors: Iterable[torch.Tensor]) -> _Sums:
    by_device: dict[torch.device, torch.Tensor] = {}
    with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
        for flat in _laid_out(tensors):
            total = by_device.get(flat.device)
            if total is None:
                total = by_device[flat.device] = torch.zeros(_COLUMNS, dtype=torch.int64, device=flat.device)
            _add_words(total, flat)
        return {device: (total * _factors(device)).sum() for device, total in by_device.items()}


def _laid_out(tensors: Iterable[torch.Tensor]) -> Iterator[torch.Tensor]:
    """Yield the tensors flat, small ones of a kind one behind the other, so that they cost one look together."""
    groups: dict[tuple[torch.device, torch.dtype], list[torch.Tensor]] = {}
    sizes: dict[tuple[torch.device, torch.dtype], int] = {}
    for tensor in tensors:
        flat, size = tensor.reshape(-1), tensor.nbytes
        if size >= _SMALL:
            yield flat
            continue
        kind = (tensor.device, tensor.dtype)
        groups.setdefault(kind, []).append(flat)
        sizes[kind] = sizes.get(kind, 0) + size
        if sizes[kind] >= _GROUP:
            yield torch.cat(groups.pop(kind))
            del sizes[kind]
    for group in groups.values():
        yield torch.cat(group)


def _add_words(total: torch.Tensor, flat: torch.Tensor) -> None:
    """Add a tensor's bits to the columns, as words of 64 bits; in between the columns are multiplied, so that order counts."""
    size = flat.nbytes
    count, odd = divmod(size, 8)
    rows, rest = divmod(count, _COLUMNS)
    data = flat.view(torch.uint8) if odd else flat
    words = (data[: 8 * count] if odd else data).view(torch.int64)
    total.mul_(_STEP)
    if rows:
        total += words[: count - rest].view(rows, _COLUMNS).sum(0)
    if rest:
        total[:rest] += words[count - rest :]
    if odd:
        total[:odd] += data[8 * count :].to(torch.int64) * _STEP


_STEP = 0x1E3779B97F4A7C15  # odd: no bit of a change is lost by multiplying


@cache
def _factors(device: torch.device) -> torch.Tensor:
    """Return an odd number for each column, the same ones on every device."""
    numbers = [
        int.from_bytes(hashlib.blake2b(bytes([n % 256, n // 256]), digest_size=8).digest(), "big") for n in range(_COLUMNS)
    ]
    return torch.tensor([(number | 1) - 2**63 for number in numbers], dtype=torch.int64).to(device)


def _fetched(sums: list[_Sums]) -> list[list[int]]:
    """Return sums of several networks as plain numbers, with one transfer from each device."""
    devices = list(dict.fromkeys(device for each in sums for device in each))
    numbers: list[list[int]] = [[] for _ in sums]
    for device in devices:
        positions = [at for at, each in enumerate(sums) if device in each]
        for at, number in zip(positions, torch.stack([sums[at][device] for at in positions]).tolist(), strict=True):
            numbers[at].append(number)
    return numbers


def _loaded(module: torch.nn.Module, name: str, tensor: torch.Tensor) -> torch.Tensor:
    """Return a weight that is on ``meta`` while it is not needed (sequential offload), from where it is kept in memory."""
    if tensor.device.type != "meta":
        return tensor
    kept = getattr(vars(module).get("_hf_hook"), "weights_map", None)
    source, prefix = getattr(kept, "dataset", None), getattr(kept, "prefix", "")
    stored = source.get(f"{prefix}{name}") if isinstance(source, dict) else None
    return stored if isinstance(stored, torch.Tensor) else tensor


def _parts(owner: Any) -> list[tuple[str, Any]]:
    if isinstance(owner, torch.nn.Module):
        return [(type(owner).__name__, owner)]
    return sorted(vars(owner).items())


def _words(tokenizer: Any) -> list[Any]:
    """Return a tokenizer: its size, some of its tokens, and all that were added."""
    count = len(tokenizer)
    some = tokenizer.convert_ids_to_tokens([count * at // 32 for at in range(32)]) if count else []
    added = getattr(tokenizer, "added_tokens_decoder", {})
    several = getattr(tokenizer, "token_map", None)  # of an embedding that was learnt as several tokens
    return [_name_of(type(tokenizer)), count, some, sorted((key, str(token)) for key, token in added.items()), _plain(several)]


def _plain(value: Any, depth: int = 0) -> Any:
    """Return a value as numbers, strings, lists and tuples; an object as its class."""
    if type(value) in _SCALARS:
        return value
    if depth < _DEEPEST:
        if isinstance(value, Mapping):
            return [
                (str(name), _plain(each, depth + 1))
                for name, each in sorted(value.items(), key=lambda item: str(item[0]))
                if (not str(name).startswith("_") or name in _BUT_THESE) and name not in _OF_ITS_FILE
            ]
        if isinstance(value, (list, tuple)):
            return [_plain(each, depth + 1) for each in value]
        if isinstance(value, (set, frozenset)):
            return sorted(map(str, value))
    if isinstance(value, (torch.dtype, torch.device)):
        return str(value)
    if callable(value) and not isinstance(value, type) and hasattr(value, "__qualname__"):
        return _function(value)
    return _name_of(type(value))


def _function(value: Any) -> str | None:
    """Return the name of a function that may change a result; None for one that is there to listen, or to move weights about."""
    while hasattr(value, "func"):
        value = value.func
    value = getattr(value, "__func__", value)
    module = getattr(value, "__globals__", {}).get("__name__") or type(value).__module__
    if module.split(".")[0] in _LISTENERS:
        inner = getattr(value, "__wrapped__", None)
        return None if inner is None else _function(inner)
    return f"{module}.{getattr(value, '__qualname__', type(value).__qualname__)}"


_name_of_type = cache(str)


def _name_of(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _digest(values: Any) -> str:
    default: Callable[[Any], str] = str
    try:
        data = marshal.dumps(values, 2)  # of this version the bytes depend on the values alone
    except ValueError:
        data = marshal.dumps(_marshalled(values, default), 2)
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _marshalled(values: Any, default: Callable[[Any], str]) -> Any:
    if isinstance(values, (list, tuple)):
        return [_marshalled(each, default) for each in values]
    return values if type(values) in _SCALARS else default(values)


def _device(network: torch.nn.Module, tensors: list[torch.Tensor]) -> str:
    """Return where a network computes: offloaded ones lie elsewhere in between."""
    at = getattr(vars(network).get("_hf_hook"), "execution_device", None)
    return str(at if at is not None else tensors[0].device if tensors else "")


@cache
def _libraries() -> str:
    return ", ".join(f"{name} {metadata.version(name)}" for name in ("diffusers", "transformers"))
