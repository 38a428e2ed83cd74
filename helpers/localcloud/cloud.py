"""What the services share: one state folder, store, columns, clock, workers and event bus."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from .clock import Clock
from .columns import Columns
from .environment import child_environment
from .events import EventBus, Subscriber
from .keys import root_key, secret_of
from .scope import Scope
from .store import Store
from .workers import Workers


class Cloud:
    """The running local cloud, as its services see it."""

    def __init__(self, home: Path, endpoint: str, clock: Clock, forward: Subscriber) -> None:
        """Open the state below `home` for a cloud reached at `endpoint`; `forward` feeds EventBridge's rules."""
        self.home = home / "cloud"
        self.endpoint = endpoint
        self.clock = clock
        self.store = Store(self.home / "state.sqlite")
        self.columns = Columns(self.home / "columns.duckdb")
        self.workers = Workers(self.store)
        self.events = EventBus(self.store, clock, forward)
        self._root = root_key(home)
        self._clients: dict[tuple[str, Scope], Any] = {}
        self._clients_lock = threading.Lock()

    def credentials(self, account: str) -> tuple[str, str]:
        """Return the access key id (the account itself) and the secret of `account`."""
        return account, secret_of(self._root, account)

    def environment(self, scope: Scope) -> dict[str, str]:
        """Return the variables with which a child process acts as the account of `scope`."""
        return child_environment(self.endpoint, scope.account, self.credentials(scope.account)[1], scope.region)

    def client(self, service: str, scope: Scope) -> Any:
        """Return a boto3 client of `service` at this very cloud. For threads only: it blocks until answered."""
        with self._clients_lock:
            if (service, scope) not in self._clients:
                self._clients[service, scope] = self._make_client(service, scope)
            return self._clients[service, scope]

    def _make_client(self, service: str, scope: Scope) -> Any:
        import boto3
        from botocore.config import Config
        from botocore.session import get_session

        key, secret = self.credentials(scope.account)
        config = Config(
            retries={"max_attempts": 3},
            max_pool_connections=64,
            s3={"addressing_style": "path"},
            connect_timeout=10,
            read_timeout=300,
        )
        # One loader for all: each session's own would read the models of every service anew.
        core = get_session()
        core.register_component("data_loader", _loader())
        session = boto3.session.Session(key, secret, region_name=scope.region, botocore_session=core)
        return session.client(service, endpoint_url=self.endpoint, config=config)

    def begin_close(self) -> None:
        """Ask jobs and bus to come to an end, as soon as the end of the process is asked for."""
        self.events.begin_close()
        self.workers.begin_close()

    def close(self) -> None:
        """Stop the workers without a verdict, then the bus, then the stores."""
        self.workers.close()
        self.events.close()
        self.columns.close()
        self.store.close()


@lru_cache(maxsize=1)
def _loader() -> Any:
    from botocore.loaders import create_loader

    return create_loader()
