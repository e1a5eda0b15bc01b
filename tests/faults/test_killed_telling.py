"""kill -9 after a service took a message and before that was written down: it is sent twice, never not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.contracts import load
from pipelines.home import PROJECT, Home
from tests.receivers import Hook, free_port, http_server
from tests.unit.alerts.house import BALANCE, COUNTED, House

pytestmark = pytest.mark.faults
TICK = """
import sys
from datetime import datetime
from pathlib import Path
from pipelines.alerts import watch
from pipelines.contracts import load
from pipelines.home import Home

home = Home(Path(sys.argv[1]), Path(sys.argv[2]))
watch.tick(home, load(home.contracts), datetime.fromisoformat(sys.argv[3]))
"""


def test_what_was_taken_and_not_marked_is_sent_again_and_only_once_more(tmp_path: Path) -> None:
    house = House(Home(tmp_path / "home", PROJECT / "data_contracts").create(), load(PROJECT / "data_contracts"))
    hook = Hook(free_port())
    house.alerts(f"destinations: [{{name: hook, url: '{hook.url}'}}]\n")
    house.run({BALANCE: ["990101"], COUNTED: ["990101"]})
    words = [sys.executable, "-c", TICK, str(house.home.root), str(house.home.contracts), house.now.isoformat()]
    with http_server(hook):
        process = subprocess.Popen(words, cwd=PROJECT)
        hook.on_post = lambda: os.kill(process.pid, signal.SIGKILL)
        assert process.wait(120) == -signal.SIGKILL
        assert len(hook.posts) == 1 and len(house.waiting()) == 1
        hook.on_post = lambda: None
        assert [one.error for one in house.tell()] == [""]
        assert house.tell() == []
    assert len(hook.posts) == 2 and hook.posts[0] == hook.posts[1]
    assert hook.posts[0]["title"] == "Yearbook: 1 new error, 1 new warning" and not house.waiting()
