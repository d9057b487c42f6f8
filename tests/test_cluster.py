"""`--on`: a site made by the workers of a cluster is the same, also when one of them is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from gits import commit, new_repository
from registers import copy_of_register
from remit import cluster as work
from remit.build import load_whole
from remit.build.documents import Wanted
from remit.build.exports import export_documents
from remit.build.shards import merge_documents
from remit.model.records import MandateVersion
from remit.model.templates import Subject
from remit.settings import read_settings
from remit.write.shard_files import CannotMerge
from remit.write.workers import WorkerLost

LIGHT = ("--no-documents", "--no-search")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """Two processes with a thread each, and a scheduler, on this machine alone."""
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        local_directory=str(tmp_path_factory.mktemp("cluster")),
    ) as made:
        yield made


@pytest.fixture
def client(cluster: LocalCluster) -> Iterator[Client]:
    with Client(cluster, set_as_default=False) as made:
        yield made


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def kill_one_at_work(client: Client, patience: float = 120) -> int:
    """Ends a worker with shares at hand, as when its machine fails. Returns its process."""
    pids = client.run(os.getpid)
    until = time.monotonic() + patience
    while time.monotonic() < until:
        for worker, keys in client.processing().items():
            if any("made_share" in key for key in keys):
                os.kill(pids[worker], signal.SIGKILL)
                return int(pids[worker])
        time.sleep(0.02)
    raise AssertionError("no worker got anything to do")


def test_a_site_is_the_same_though_a_worker_is_killed(
    cluster: LocalCluster, client: Client, tmp_path: Path
) -> None:
    register = copy_of_register(tmp_path / "register")
    command = [sys.executable, "-m", "remit", "build", *LIGHT, "--on", cluster.scheduler_address]
    with subprocess.Popen(command, cwd=register, stderr=subprocess.PIPE, text=True) as build:
        killed = kill_one_at_work(client)
        _, said = build.communicate()
    assert build.returncode == 0, said
    assert killed not in client.run(os.getpid, on_error="ignore").values()
    command = [sys.executable, "-m", "remit", "build", *LIGHT, "--to", "alone"]
    subprocess.run(command, cwd=register, check=True, capture_output=True)
    assert tree(register / "site") == tree(register / "alone")


def test_documents_are_the_same_where_there_is_no_git(client: Client, tmp_path: Path) -> None:
    """Documents name the revision of their sources, which the workers cannot ask for."""
    root = copy_of_register(tmp_path / "register")
    new_repository(root)
    revision = commit(root, "The register")
    settings = read_settings(root)
    register = load_whole(settings)
    versions = register.made_of(Subject.MANDATE)
    wanted = Wanted(versions, ["nb"], ["pdf"])
    export_documents(register, settings, wanted, root / "here")
    order = work.export_order(settings, register, wanted)
    steps: list[int] = []
    made = work.shares_made(client, order, 3, lambda: steps.append(1))
    assert merge_documents(made, root / "there") == len(versions)
    assert len(steps) == 3
    assert tree(root / "there") == tree(root / "here")
    assert register.revision_of(*register.all(MandateVersion)) == revision


def test_a_worker_with_another_program_is_refused(client: Client, tmp_path: Path) -> None:
    settings = read_settings(copy_of_register(tmp_path / "register"))
    register = load_whole(settings)
    order = work.export_order(settings, register, Wanted([], [], []))
    order = replace(order, state={**order.state, "program": "another"})
    with pytest.raises(CannotMerge, match=r"differs in the program\. Install the same there"):
        list(work.shares_made(client, order, 1, lambda: None))


def test_where_no_scheduler_answers_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "PATIENCE", 0.2)
    with (
        pytest.raises(WorkerLost, match="no scheduler answers at tcp:"),
        work.connected("tcp://127.0.0.1:9"),
    ):
        pass
