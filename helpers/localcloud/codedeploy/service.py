"""AWS CodeDeploy. https://docs.aws.amazon.com/codedeploy/latest/APIReference/"""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from ..resource import Resource, UpdatePolicy
from . import host
from .hooks import HookOperations
from .instances import InstanceOperations
from .targets import TargetOperations


class CodeDeploy(TargetOperations, HookOperations, InstanceOperations):
    """The operations of CodeDeploy that the local cloud has."""

    service = "codedeploy"

    def resources(self) -> Sequence[Resource | UpdatePolicy]:
        from .resources import made_by

        return made_by(self)

    def start(self) -> None:
        super().start()
        for _, _, state in host.states(self.cloud).everywhere():
            host.keep_watch(self.cloud, state.marks)

    def reset(self, account: str) -> None:
        super().reset(account)
        for scope, _, state in host.states(self.cloud).everywhere():
            if scope.account == account:
                host.end_processes(state.marks)
        shutil.rmtree(host.account_folder(self.cloud, account), ignore_errors=True)
