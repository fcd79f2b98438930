"""In a process that was forked, nothing waits for a thread that is not there: what was done can be read, and new explorers run."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CODE = """
import os, sys, threading
import torch
torch.set_num_threads(1)
import diffexplain as dx
from diffexplain.errors import ProcessError
from diffexplain.live.worker import Worker
from tests import tiny

pipe = tiny.sd()
done = dx.DenoiseExplorer(pipe, prompt="a red circle", steps=2).wait(60)

class Owner: pass
owner, begun, go = Owner(), threading.Event(), threading.Event()
busy = Worker.of(owner).client()

def hold(_):
    begun.set()
    go.wait(60)

busy.submit(hold)
begun.wait(10)

def refused(ask):
    try:
        ask()
    except ProcessError as error:
        return "Make a new explorer here" in str(error)
    return False

child = os.fork()
if child == 0:
    answers = [
        refused(lambda: busy.wait(5)),
        refused(lambda: busy.submit(print)),
        refused(lambda: setattr(done, "seed", 5)),
        done.wait(5) is done,
        bool(done.recorded),
        busy.cancel() is None,
        busy.close() is None,
    ]
    anew = dx.DenoiseExplorer(pipe, prompt="a red circle", steps=2).wait(60)
    answers += [anew.status == "done", anew.trace.image.tobytes() == done.trace.image.tobytes()]
    done.close()
    anew.close()
    print(answers, flush=True)
    os._exit(0 if all(answers) else 1)
_, status = os.waitpid(child, 0)
go.set()
busy.wait(10)
done.seed = 5
done.wait(60)
print("parent", done.status, flush=True)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are forked here")
def test_a_forked_process_is_told_what_to_do_and_can_begin_anew() -> None:
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=200, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "parent done" in ran.stdout
