"""Which explorers live in this kernel, for whoever looks from outside: the side panel of JupyterLab.

A comm stands in the kernel's list of comms under the name `TARGET` as soon as an explorer is there, and nothing has been sent for it: a page
that knows the name finds it by asking which comms there are, and every other page never hears of it. Nothing is sent before a page has
said ``watch``. All pages share the one comm; what answers one of them carries its name.

A page says ``{"kind": "watch" | "unwatch", "page"}`` and ``{"kind": "cancel" | "pause" | "resume" | "close" | "export", "page", "model"}``. It
hears ``{"kind": "explorers", "explorers"}`` when something has changed, at most twice a second, and ``{"kind": "exported"}``.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any

import comm

from diffexplain.explorers import kernel
from diffexplain.explorers.standing import standing, thumbnail
from diffexplain.i18n.words import in_all_languages
from diffexplain.live.remedies import summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffexplain.explorers.standing import Living
    from diffexplain.live.run import Run

TARGET = "diffexplain.roster"
APART = 0.5  # seconds between two lists
PICTURES_APART = 3.0  # seconds between two pictures of a session that goes on

_log = logging.getLogger(__name__)


class Roster:
    """The explorers of one kernel, told over a comm to the pages that watch.

    Args:
        send: hands content and buffers to all pages. Called on the roster's own thread, or on that of an export.
    """

    def __init__(self, send: Callable[[dict[str, Any], list[bytes]], None]) -> None:
        self._send = send
        self._explorers: weakref.WeakSet[Living] = weakref.WeakSet()
        self._order: dict[str, int] = {}  # model -> when it was made
        self._pages: dict[str, dict[str, tuple[int, int]]] = {}  # each with the pictures that it has, by model
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._thread: threading.Thread | None = None
        self._pictures: weakref.WeakKeyDictionary[Living, tuple[tuple[int, int], bytes]] = weakref.WeakKeyDictionary()

    def add(self, explorer: Living) -> None:
        """Take an explorer in."""
        with self._lock:
            self._explorers.add(explorer)
            self._order.setdefault(explorer.model_id, len(self._order))
        self.changed()

    def changed(self) -> None:
        """Note that something about an explorer has changed. Costs next to nothing."""
        if self._pages:
            self._changed.set()

    def hear(self, content: Any) -> None:
        """Do what a page says, at once or on a thread of its own: what is said may come on any thread, the kernel's own among them."""
        if not isinstance(content, dict):
            return
        kind, page = content.get("kind"), str(content.get("page", ""))[:40]
        if kind == "watch":
            self._watch(page)
        elif kind == "unwatch":
            with self._lock:
                self._pages.pop(page, None)
            self._changed.set()
        else:
            explorer = self._find(content.get("model"))
            if explorer is not None:
                self._do(kind, explorer, page)

    def _do(self, kind: Any, explorer: Living, page: str) -> None:
        if kind == "export":
            threading.Thread(target=self._export, args=(explorer, page), name="diffexplain-export", daemon=True).start()
        elif kind in {"cancel", "close"} or (kind in {"pause", "resume"} and hasattr(explorer, kind)):
            getattr(explorer, kind)()

    def _watch(self, page: str) -> None:
        with self._lock:
            self._pages[page] = {}
            if self._thread is None:
                self._thread = threading.Thread(target=self._tell, name="diffexplain-roster", daemon=True)
                self._thread.start()
        self._changed.set()

    def _living(self) -> list[Living]:
        with self._lock:
            there = [each for each in self._explorers if each.comm is not None and each._runs is not None]
            return sorted(there, key=lambda each: self._order[each.model_id])

    def _find(self, model: object) -> Living | None:
        return next((each for each in self._living() if each.model_id == model), None)

    def _tell(self) -> None:
        """Tell the pages, again and again, while there are any."""
        rest = threading.Event()
        while True:
            self._changed.wait()
            self._changed.clear()
            with self._lock:
                if not self._pages:
                    self._thread = None
                    return
            try:
                self._send(*self._list())
            except Exception:  # noqa: BLE001 - whoever looks on must not cost anybody a run
                _log.debug("the list of explorers could not be told", exc_info=True)
            rest.wait(APART)

    def _list(self) -> tuple[dict[str, Any], list[bytes]]:
        entries: list[dict[str, Any]] = []
        buffers: list[bytes] = []
        for explorer in self._living():
            entry = dataclasses.asdict(standing(explorer)) | {"picture": None}
            picture = self._picture(explorer)
            if picture is not None:
                entry["picture"] = len(buffers)
                buffers.append(picture)
            entries.append(entry)
        return {"kind": "explorers", "explorers": entries}, buffers

    def _picture(self, explorer: Living) -> bytes | None:
        """Return the picture of an explorer's last finished run; None where there is none, or all pages have it."""
        runs = explorer._runs
        finished = None if runs is None else runs.history.finished
        if finished is None:
            return None
        key, picture = self._made(explorer, finished)
        with self._lock:
            lacking = [has for has in self._pages.values() if has.get(explorer.model_id) != key]
            for has in lacking:
                has[explorer.model_id] = key
        return picture if picture and lacking else None

    def _made(self, explorer: Living, run: Run) -> tuple[tuple[int, int], bytes]:
        goes_on = explorer.status == "running" and explorer._runs is not None and explorer._runs.history.current is run
        key = (run.number, -int(time.monotonic() / PICTURES_APART) if goes_on else run.count)
        before = self._pictures.get(explorer)
        if before is None or before[0] != key:
            before = self._pictures[explorer] = (key, thumbnail(explorer, run))
        return before

    def _export(self, explorer: Living, page: str) -> None:
        answer: dict[str, Any] = {"kind": "exported", "page": page, "model": explorer.model_id, "name": "", "message": None}
        buffers = []
        try:
            answer["name"], content = explorer.file_of("html")
            buffers = [content]
        except Exception as error:  # noqa: BLE001 - whoever asked is to read it
            answer["message"] = in_all_languages(summary(error))
        self._send(answer, buffers)


_roster: Roster | None = None
_comm: Any = None  # kept, or the collector would close it
_lock = threading.Lock()


def opened() -> Roster | None:
    """Return this kernel's roster, and put its comm where pages find it; None outside of a kernel, and in one that allows no such comm."""
    global _roster
    if kernel.shell() is None:
        return None
    with _lock:
        if _roster is None:
            try:
                _roster = _begun()
            except Exception:  # noqa: BLE001 - whoever looks on must not cost anybody an explorer
                _log.debug("the roster of explorers could not be opened", exc_info=True)
    return _roster


def _begun() -> Roster:
    global _comm
    _comm = comm.create_comm(target_name=TARGET, primary=False)
    kernel.hear_where_addressed(_comm)
    made = Roster(lambda content, buffers: _comm.send(content, buffers=buffers))
    _comm.on_msg(lambda message: made.hear(message["content"]["data"]))
    comm.get_comm_manager().register_comm(_comm)
    return made


def changed() -> None:
    """See `Roster.changed`."""
    if _roster is not None:
        _roster.changed()
