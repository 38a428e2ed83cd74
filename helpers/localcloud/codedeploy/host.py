"""One host of this machine: where its files are, what runs on it, and what is known of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import psutil

from ..cloud import Cloud
from ..runtime import guardian, processes
from ..scope import Scope
from .model import HostState, Instance

# The tag with which one chooses the folder that is the host's file system.
FOLDER_TAG = "workbook:folder"


class HostFolders:
    """The folders of one host. The agent's have the names that they have on AWS."""

    def __init__(self, cloud: Cloud, scope: Scope, instance: Instance, group_id: str) -> None:
        self.home = account_folder(cloud, scope.account) / scope.region / instance.name
        chosen = [tag.get("Value", "") for tag in instance.tags if tag["Key"] == FOLDER_TAG]
        self.root = Path(chosen[0]) if chosen and chosen[0] else self.home / "root"
        self.group = self.home / "deployment-root" / group_id
        self.record = self.home / "deployment-root" / "deployment-instructions" / f"{group_id}-cleanup"

    def archive(self, deployment: str) -> Path:
        """Return where the bundle of a deployment is unpacked."""
        return self.group / deployment / "deployment-archive"

    def log(self, deployment: str) -> Path:
        """Return the log of a deployment's scripts."""
        return self.group / deployment / "logs" / "scripts.log"

    def forget_others(self, *kept: str) -> None:
        """Drop the bundles of all deployments but `kept`."""
        for folder in self.group.iterdir() if self.group.is_dir() else ():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)


def account_folder(cloud: Cloud, account: str) -> Path:
    """Return the folder of all hosts of an account that have none of their own."""
    return cloud.home / "codedeploy" / account


def states(cloud: Cloud) -> Any:
    """Return the collection of host states, by "group id/instance"."""
    return cloud.store.collection("codedeploy.host", HostState)


def keep_watch(cloud: Cloud, marks: list[str]) -> list[str]:
    """Return those of `marks` whose processes still run, and let none of these outlive the local cloud for long."""
    living = []
    for mark in marks:
        found = processes.of_owner(mark)
        for process in found:
            guard(cloud.home, process)
        if found:
            living.append(mark)
    return living


def guard(home: Path, process: psutil.Process) -> None:
    """Let `process` not outlive the local cloud whose folder is `home` for long."""
    try:
        guardian.watch(home, process.pid, process.create_time())
    except psutil.NoSuchProcess:
        return


def end_processes(marks: list[str]) -> None:
    """End what the scripts with `marks` left running."""
    for mark in marks:
        processes.end(mark)
