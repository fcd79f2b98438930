"""A pipeline of one's own: the same weights in shells that nobody else holds.

What a run changes about a network (hooks, LoRA weights, attention processors, a tokenizer's cut) stands on its module objects,
not on its weights. So a run of ours gets module objects of its own, with the very same parameters and buffers: nobody else sees
what it does, and nothing needs to be put back. It costs some milliseconds, and no memory to speak of.
"""

from __future__ import annotations

import copy
import functools
import threading
from collections import OrderedDict
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

import torch

from diffexplain.core import threads

if TYPE_CHECKING:
    from collections.abc import Callable

AnyModule = TypeVar("AnyModule", bound=torch.nn.Module)

NETWORKS = ("unet", "transformer", "transformer_2", "controlnet", "text_encoder", "text_encoder_2", "text_encoder_3")
TOKENIZERS = ("tokenizer", "tokenizer_2", "tokenizer_3")
_ORIGINAL = "_diffexplain_original"
_SHARED = frozenset({"_parameters", "_buffers"})  # so that what moves or exchanges a weight does so for both
_PLAIN = frozenset({int, float, bool, str, tuple, type(None)})  # most attributes
_CONTAINERS = frozenset({dict, list, set, OrderedDict})
_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_forward_hooks_with_kwargs", "_forward_pre_hooks_with_kwargs")


def own_pipeline(pipe: Any) -> Any:
    """Return a copy of a pipeline whose networks and tokenizers may be changed for a run: the given one stays as it is.

    Weights, VAE and scheduler are the same objects; give it a scheduler of its own before it runs. One that is one's own already
    comes back itself.
    """
    if original_pipeline(pipe) is not pipe:
        return pipe
    made = made_from(copy.copy(pipe), pipe)
    for name in NETWORKS:
        network = getattr(pipe, name, None)
        if isinstance(network, torch.nn.Module):
            setattr(made, name, own_network(network))
    for name in TOKENIZERS:
        tokenizer = getattr(pipe, name, None)
        if tokenizer is not None:
            setattr(made, name, own_tokenizer(tokenizer))
    return made


def made_from(made: Any, pipe: Any) -> Any:
    """Note on a pipeline which one it was made from; gives it back."""
    vars(made)[_ORIGINAL] = original_pipeline(pipe)
    return made


def original_pipeline(pipe: Any) -> Any:
    """Return the user's pipeline that this one was made from by `own_pipeline`; itself, if it is the user's."""
    return vars(pipe).get(_ORIGINAL, pipe)


def own_network(network: AnyModule) -> AnyModule:
    """Return a network's `twin`, which takes as many of the machine's cores as it gains by where it works beside others."""
    made = twin(network)
    if made is network:
        threads.take_all()
    else:
        threads.settling(made, network)
    return made


def twin(network: AnyModule) -> AnyModule:
    """Return the same network in module objects of its own, all the way down; parameters and buffers are shared.

    Hooks that are on it come along. A network whose shells can't be told from their code, as one that was compiled, comes back itself.
    """
    modules = dict.fromkeys(network.modules())
    if any(_is_tied(module) for module in modules):
        return network
    made = {id(module): module.__class__.__new__(module.__class__) for module in modules}
    for module in modules:
        vars(made[id(module)]).update({name: _own(name, value, made) for name, value in vars(module).items()})
    return made[id(network)]  # type: ignore[return-value]


def stand_in(module: torch.nn.Module, forward: Callable[..., Any]) -> Any:
    """Return a network of the same class, configuration and weights that answers a call with ``forward`` instead of computing.

    It is another object, so that nothing is hooked to the shared network: what others do with it goes on undisturbed.
    """
    made = copy.copy(module)  # shares the parameters
    vars(made).update({name: OrderedDict() for name in _HOOKS})
    vars(made)["forward"] = forward
    return made


def own_tokenizer(tokenizer: Any) -> Any:
    """Return a tokenizer for this thread: a fast one keeps its cut and its padding in itself, and is asked by one thread at a time.

    The main thread has the user's own. Others get a copy, made once and again when tokens were added.
    """
    if threading.current_thread() is threading.main_thread() or not getattr(tokenizer, "is_fast", False):
        return tokenizer
    copies = _copies_of_this_thread()
    state = (len(tokenizer), tokenizer.model_max_length, tokenizer.padding_side, tokenizer.truncation_side)
    known = copies.get(tokenizer)
    if known is None or known[0] != state:
        known = copies[tokenizer] = (state, copy.deepcopy(tokenizer))
    return known[1]


_local = threading.local()


def _copies_of_this_thread() -> WeakKeyDictionary[Any, tuple[Any, Any]]:
    if not hasattr(_local, "copies"):
        _local.copies = WeakKeyDictionary()
    copies: WeakKeyDictionary[Any, tuple[Any, Any]] = _local.copies
    return copies


def _is_tied(module: torch.nn.Module) -> bool:
    """Return whether a module's code is bound to this very object: compiled, scripted, or its ``forward`` exchanged for a closure."""
    forward = vars(module).get("forward")
    return (
        isinstance(module, torch.jit.ScriptModule)
        or hasattr(module, "_orig_mod")
        or getattr(module, "_compiled_call_impl", None) is not None
        or (isinstance(forward, FunctionType) and forward.__closure__ is not None)
    )


def _own(name: str, value: Any, made: dict[int, torch.nn.Module]) -> Any:
    """Return a module's attribute as its twin is to have it."""
    kind = type(value)
    if kind in _PLAIN or name in _SHARED:
        return value
    if name == "_modules":
        return {key: made.get(id(each), each) for key, each in value.items()}
    if kind in _CONTAINERS:  # LoRA's weights are changed in place
        return kind(value)
    return _rebound(value, made)


def _rebound(value: Any, made: dict[int, torch.nn.Module]) -> Any:
    """Return a function that is bound to one of the modules, bound to its twin: offloading exchanges ``forward`` for such."""
    if isinstance(value, torch.nn.Module):
        return made.get(id(value), value)
    if isinstance(value, MethodType) and id(value.__self__) in made:
        return MethodType(value.__func__, made[id(value.__self__)])
    if isinstance(value, functools.partial):
        again = functools.partial(
            _rebound(value.func, made),
            *(_rebound(each, made) for each in value.args),
            **{key: _rebound(each, made) for key, each in value.keywords.items()},
        )
        vars(again).update({key: _rebound(each, made) for key, each in vars(value).items()})
        return again
    return value
