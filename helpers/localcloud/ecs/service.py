"""Elastic Container Service. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import ClassVar

from ..cloud import Cloud
from ..images.layers import PREFIX
from ..images.registry import Registry
from ..resource import Resource
from ..service import Message, Receive, Send
from .tags import Tags


class Ecs(Tags):
    """Clusters whose tasks are processes of this machine, and services that keep them and bring new releases."""

    service: ClassVar[str] = "ecs"
    http_prefix: ClassVar[str] = PREFIX

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._registry = Registry(cloud)

    def resources(self) -> Sequence[Resource]:
        from .resources import made_by

        return made_by(self)

    def start(self) -> None:
        super().start()
        self._registry.take_over()

    def reset(self, account: str) -> None:
        self._registry.layers.forget(account)
        self._images.forget(account)
        shutil.rmtree(self.cloud.home / "tasks" / account, ignore_errors=True)

    async def http(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve a layer by the URL that GetDownloadUrlForLayer gave."""
        await self._registry.serve(scope, receive, send)
