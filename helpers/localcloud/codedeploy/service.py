"""AWS CodeDeploy. https://docs.aws.amazon.com/codedeploy/latest/APIReference/"""

from __future__ import annotations

from .hooks import HookOperations
from .instances import InstanceOperations
from .targets import TargetOperations


class CodeDeploy(TargetOperations, HookOperations, InstanceOperations):
    """The operations of CodeDeploy that the local cloud has."""

    service = "codedeploy"
