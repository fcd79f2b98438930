"""What runs of an explorer have made, for later runs: by what was asked, and by what the networks were like that made it.

A user may train, exchange or adapt a network between two runs, and in the middle of one, too. So the networks are looked at when a
run begins, and when one that has made something ends: what was begun with one network and ended with another is not remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from diffexplain.core.fingerprint import Fingerprint
    from diffexplain.live.messages import Message

    Owner: TypeAlias = Callable[[], Any]
    Emit: TypeAlias = Callable[[Message], None]

Value = TypeVar("Value")


class Memory:
    """All that one explorer remembers, in several places."""

    def __init__(self) -> None:
        self._places: list[Remembered[Any]] = []
        self._seen: dict[Any, Fingerprint | None] = {}  # by owner, of this run
        self._made: dict[tuple[Remembered[Any], Hashable], None] = {}  # in this run
        self._anew = False

    def place(
        self, most: int, *owners: Owner, weight: Callable[[Value], int] | None = None, limit: int = 0
    ) -> Remembered[Value]:
        """Make a place for results.

        Args:
            most: How many are kept; those of networks that are no more are let go first, then the longest unused.
            owners: Each gives what holds networks that the results depend on (a pipeline, a CLIP), or None before it is loaded.
            weight: Bytes of a result; of several that weigh more than `limit` together only the two last used are kept.
            limit: In bytes.
        """
        made: Remembered[Value] = Remembered(self, most, owners, weight, limit)
        self._places.append(made)
        return made

    @contextmanager
    def run(self, anew: bool) -> Iterator[None]:
        """Let a run go on in this block.

        Args:
            anew: Whether nothing that earlier runs have made is to be used.
        """
        self._seen, self._made, self._anew = {}, {}, anew
        for place in self._places:
            for owner in place.owners:
                self._look(owner)
        try:
            yield
        finally:
            self._forget_mixed()

    def _look(self, owner: Owner) -> Fingerprint | None:
        """Return what an owner's networks were like at the beginning of this run, or when they were first there."""
        if self._seen.get(owner) is None:
            held = owner()
            self._seen[owner] = None if held is None else _fingerprint(held)
        return self._seen[owner]

    def _forget_mixed(self) -> None:
        before, self._seen = self._seen, {}
        for place, key in self._made:
            if any(self._look(owner) != before.get(owner) for owner in place.owners):
                place.forget(key)
        self._seen, self._made = before, {}


def _fingerprint(held: Any) -> Fingerprint:
    from diffexplain.core.fingerprint import fingerprint  # brings torch, and some explorers show their first picture without

    return fingerprint(held)


class Remembered(Generic[Value]):
    """Results of one kind. Made by `Memory.place`; used inside runs alone."""

    def __init__(
        self, memory: Memory, most: int, owners: tuple[Owner, ...], weight: Callable[[Value], int] | None, limit: int
    ) -> None:
        self.most, self.owners = most, owners
        self._memory, self._weight, self._limit = memory, weight, limit
        self._kept: OrderedDict[tuple[Hashable, Hashable], Value] = OrderedDict()  # by networks and request, the last used last

    def get(self, key: Hashable) -> Value | None:
        """Return what was made for this request by the networks as they are; None for nothing."""
        full = (self._networks(), key)
        if full not in self._kept or (self._memory._anew and (self, full) not in self._memory._made):
            return None
        self._kept.move_to_end(full)
        return self._kept[full]

    def put(self, key: Hashable, value: Value) -> Value:
        """Remember what was made; gives it back. What is added to later must be put again then."""
        full = (self._networks(), key)
        self._kept[full] = value
        self._kept.move_to_end(full)
        self._memory._made[self, full] = None
        while len(self._kept) > self.most or (len(self._kept) > 2 and self._weighs() > self._limit):
            strange = next((each for each in self._kept if each[0] != full[0]), None)
            del self._kept[next(iter(self._kept)) if strange is None else strange]
        return value

    def made(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what was made for this request; make and remember it where nothing was."""
        kept = self.get(key)
        return self.put(key, make()) if kept is None else kept

    def each(self, keys: Sequence[Hashable], make: Callable[[list[Any]], Iterable[Value]]) -> list[Value]:
        """Return what was made for each of some requests; make and remember what is missing at once, each once and in order."""
        known = {key: self.get(key) for key in keys}
        missing = [key for key, value in known.items() if value is None]
        made = zip(missing, make(missing), strict=True) if missing else ()
        values = {key: value for key, value in known.items() if value is not None}
        values |= {key: self.put(key, value) for key, value in made}
        return [values[key] for key in keys]

    def forget(self, full: Any) -> None:
        """Let one go, by networks and request."""
        self._kept.pop(full, None)

    def clear(self) -> None:
        """Let all go."""
        self._kept.clear()

    def _networks(self) -> tuple[Fingerprint | None, ...]:
        return tuple(self._memory._look(owner) for owner in self.owners)

    def _weighs(self) -> int:
        return 0 if self._weight is None else sum(map(self._weight, self._kept.values()))

    def __iter__(self) -> Iterator[Any]:
        """Return the requests, the longest unused first."""
        return iter([key for _, key in self._kept])

    def __len__(self) -> int:
        return len(self._kept)


def replayed(
    place: Remembered[list[Message]],
    key: Hashable,
    emit: Emit,
    run: Callable[[Emit], object],
    without: tuple[type[Message], ...] = (),
) -> bool:
    """Say again what was said for a request, or have it said and remember that.

    Args:
        place: Where it is remembered.
        key: What was asked.
        emit: Takes each message.
        run: Does what was asked and says so to the function that it is given.
        without: Kinds that are said once only: what they show has been replaced by the end.

    Returns:
        Whether it was said before.
    """
    earlier = place.get(key)
    if earlier is not None:
        for message in earlier:
            emit(message)
        return True
    said: list[Message] = []

    def keep(message: Message) -> None:
        if not isinstance(message, without):
            said.append(message)
        emit(message)

    run(keep)
    place.put(key, said)
    return False
