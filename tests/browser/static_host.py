"""A static host: a folder over HTTP, as a page that generates is put somewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
ELSEWHERE = {"server": "http://127.0.0.1:9", "bypass": "127.0.0.1"}  # nobody is there: all but hosts of this machine is cut off


@dataclass
class Host:
    """A host that is there.

    Attributes:
        address: Of its folder.
        asked: Names of the files that it was asked for, in order.
        open: While it is not set, the network's weights are withheld.
    """

    address: str
    asked: list[str] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)


@contextmanager
def hosted(folder: Path, headers: Mapping[str, str]) -> Iterator[Host]:
    """Serve a folder with these headers."""

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            host.asked.append(self.path.rsplit("/", 1)[1])
            if host.asked[-1].startswith("unet-"):
                host.open.wait(60)
            super().do_GET()

        def end_headers(self) -> None:
            for name, value in headers.items():
                self.send_header(name, value)
            super().end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    host = Host(f"http://127.0.0.1:{server.server_port}")
    host.open.set()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield host
    finally:
        host.open.set()
        server.shutdown()
        server.server_close()
