"""Methods of one object, heard while a block lasts.

Some of these objects are shared (a VAE, an image processor), and who listens to them comes and goes in any order, on any thread.
So an object has at most one wrapping, which all listeners share: it comes with the first and goes with the last. It is a subclass that
the object gets for the time being, and not a function on the object: copies that somebody makes meanwhile are plain ones. Networks keep
their class, for which diffusers asks (``from_pipe``), and get a function.
"""

from __future__ import annotations

import copy
import copyreg
import functools
import inspect
import threading
import weakref
from contextlib import contextmanager
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeAlias

from diffexplain.core.calling import bound, signature_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

Around: TypeAlias = "Callable[[Callable[[], Any], dict[str, Any], frozenset[str]], Any]"

_SHELLS = "_diffexplain_shells"  # of the class that an object has for the time being: its shells by method
_SHELL = "_diffexplain_shell"  # of a function that stands on an object
_lock = threading.RLock()


@contextmanager
def wrapped(owner: Any, arounds: Mapping[str, Around], *, taken: Exception | None = None) -> Iterator[None]:
    """Put something about methods of one object in this block, where it has them.

    Args:
        owner: The object; None for none.
        arounds: By method: is given what runs the method, the arguments of the call by name, and the names of all arguments that
            the method takes; returns what the method is to return.
        taken: Raised where somebody else has something about one of these methods; None where they can share.
    """
    owner = getattr(owner, "_orig_mod", owner)  # a compiled network hands on all but its forward
    present = {name: around for name, around in arounds.items() if callable(getattr(owner, name, None))}
    with _lock:
        shells = {name: _shell(owner, name) for name in present}
        if taken is not None and any(shell.arounds for shell in shells.values()):
            raise taken
        for name, around in present.items():
            shells[name].arounds += (around,)
    try:
        yield
    finally:
        with _lock:
            for name, around in present.items():
                shells[name].arounds = _without(shells[name].arounds, around)
            _tidy(owner, present)


def plain_type(owner: Any) -> type:
    """Return the class of an object, whether something is put about its methods or not."""
    cls = type(owner)
    while _SHELLS in vars(cls):
        cls = cls.__mro__[1]
    return cls


class _Shell:
    """What is about one method of one object."""

    def __init__(self, owner: Any, name: str) -> None:
        self.owner = weakref.ref(owner)
        cls = plain_type(owner)
        # the class knows the arguments by name even where someone has put a bare (*args, **kwargs) about the method
        known = isinstance(inspect.getattr_static(cls, name, None), FunctionType)
        self.signature = signature_of(cls, name) if known else inspect.signature(getattr(owner, name))
        self.first = (None,) if known else ()  # in the place of self
        self.names = frozenset(self.signature.parameters)
        self.arounds: tuple[Around, ...] = ()
        self.remove: Callable[[], None] | None = None  # what takes it off the object

    def run(self, inner: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        arounds = self.arounds
        if not arounds:
            return inner(*args, **kwargs)
        try:
            call = bound(self.signature, (*self.first, *args), kwargs)
        except TypeError:
            return inner(*args, **kwargs)  # which says what is wrong with the arguments
        run = functools.partial(inner, *args, **kwargs)
        for around in reversed(arounds):
            run = functools.partial(around, run, call, self.names)
        return run()


def _shell(owner: Any, name: str) -> _Shell:
    """Return the shell about this method, put on where there is none."""
    cls = plain_type(owner)
    method = inspect.getattr_static(cls, name, None)
    if name in vars(owner) or not isinstance(method, FunctionType) or hasattr(owner, "_forward_hooks"):
        return _on_object(owner, name)
    if not _shells(owner):
        _give_class(owner, cls)
    shells: dict[str, _Shell] = vars(type(owner))[_SHELLS]
    if name not in shells:
        shells[name] = _Shell(owner, name)
        setattr(type(owner), name, _override(method, shells[name]))
    return shells[name]


def _shells(owner: Any) -> dict[str, _Shell] | None:
    """Return those of the class that an object has for the time being; None where it has none, or one that was made for another."""
    shells: dict[str, _Shell] | None = vars(type(owner)).get(_SHELLS)
    return shells if shells and all(shell.owner() is owner for shell in shells.values()) else None


def _give_class(owner: Any, cls: Any) -> None:
    def __reduce_ex__(self: Any, protocol: Any) -> Any:  # noqa: N807
        function, arguments, *rest = cls.__reduce_ex__(self, protocol)
        function = _new if function is copyreg.__newobj__ else function  # type: ignore[attr-defined] # it checks the class
        return function, tuple(cls if each is made else each for each in arguments), *rest

    about = {name: getattr(cls, name) for name in ("__module__", "__qualname__", "__doc__")}
    made = type(cls.__name__, (cls,), {**about, "__reduce_ex__": __reduce_ex__, _SHELLS: {}})
    owner.__class__ = made


def _new(cls: type, *arguments: Any) -> Any:
    return cls.__new__(cls, *arguments)


def _override(method: FunctionType, shell: _Shell) -> Callable[..., Any]:
    @functools.wraps(method)  # pipelines look for `generator`, `eta` or `sigmas` in the signature, and leave out what they miss
    def override(self: Any, *args: Any, **kwargs: Any) -> Any:
        if shell.owner() is not self:
            return method(self, *args, **kwargs)
        return shell.run(functools.partial(method, self), args, kwargs)

    return override


def _on_object(owner: Any, name: str) -> _Shell:
    """Return a shell about what somebody has put on the object itself."""
    inner = getattr(owner, name)
    shell: _Shell | None = getattr(inner, _SHELL, None)
    if shell is not None and shell.owner() is owner:
        return shell
    shell = _Shell(owner, name)

    own = name in vars(owner)
    shell.remove = functools.partial(setattr, owner, name, inner) if own else functools.partial(delattr, owner, name)
    setattr(owner, name, _Function(inner, shell))
    return shell


class _Function:
    """A shell that stands on an object."""

    def __init__(self, inner: Callable[..., Any], shell: _Shell) -> None:
        functools.update_wrapper(self, inner)
        self.inner = inner
        setattr(self, _SHELL, shell)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return getattr(self, _SHELL).run(self.inner, args, kwargs)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return copy.deepcopy(self.inner, memo)  # the method of what is copied with it


def _tidy(owner: Any, names: Iterable[str]) -> None:
    """Take off what nobody listens to any more. What somebody has put about it meanwhile stays, and is let through."""
    for name in names:
        shell: _Shell | None = getattr(vars(owner).get(name), _SHELL, None)
        if shell is not None and shell.owner() is owner and shell.remove is not None and not shell.arounds:
            shell.remove()
    shells = _shells(owner)
    if shells is not None and not any(shell.arounds for shell in shells.values()):
        owner.__class__ = plain_type(owner)


def _without(arounds: tuple[Around, ...], gone: Around) -> tuple[Around, ...]:
    at = next(index for index, each in enumerate(arounds) if each is gone)
    return arounds[:at] + arounds[at + 1 :]
