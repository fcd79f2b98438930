"""A JupyterLab of its own on a copy of some notebooks, for the browser tests and the page's benchmark."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXTENSIONS = ROOT / "diffexplain" / "static" / "labextensions"


@contextmanager
def jupyterlab(home: Path, base_url: str = "", installed: Path | None = None) -> Iterator[str]:
    """Serve `home` and give the address: with this checkout, its lessons in ``notebooks``, or with what was installed.

    Args:
        home: an empty folder; all of JupyterLab's own files go there, too.
        base_url: what the paths of all addresses begin with, such as ``/hub/user``.
        installed: an environment that holds diffexplain as users install it; None for this checkout.
    """
    home.mkdir(exist_ok=True)
    extension = ""
    if installed is None:
        shutil.copytree(ROOT / "notebooks", home / "notebooks")
        extension = (
            f"c.LabServerApp.extra_labextensions_path = [c.LabServerApp.extra_labextensions_path, {str(EXTENSIONS)!r}]\n"
        )
    config = home / "jupyter_server_config.py"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config.write_text(
        "from jupyterlab.galata import configure_jupyter_server\n"
        "configure_jupyter_server(c)\n"
        f"c.ServerApp.port = {port}\nc.ServerApp.root_dir = {str(home)!r}\nc.ServerApp.open_browser = False\n"
        f"{extension}"
        f"c.ServerApp.base_url = {base_url + '/'!r}\n"
        "c.ServerApp.allow_root = True\nc.LabApp.news_url = None\nc.LabApp.check_for_updates_class = 'jupyterlab.NeverCheckForUpdate'\n"
    )
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTER_DATA_DIR": "data",
        "IPYTHONDIR": "ipython",
    }
    paths = {"PYTHONPATH": str(ROOT)} if installed is None else {}
    environment = {**os.environ, **paths, **{name: str(home / folder) for name, folder in folders.items()}}
    python = sys.executable if installed is None else str(installed / "bin" / "python")
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [python, "-m", "jupyterlab", "--config", str(config)], cwd=home, env=environment, stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{port}{base_url}"
    try:
        for _ in range(240):
            assert server.poll() is None, (home / "log").read_text()
            try:
                urllib.request.urlopen(f"{address}/api", timeout=2).close()
                break
            except OSError:
                time.sleep(0.25)
        else:
            raise AssertionError((home / "log").read_text())
        yield address
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:  # seen to hang with no kernel at work; why is not known
            server.kill()
            server.wait()
