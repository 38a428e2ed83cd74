"""MiniStack reads its settings from the environment while it is imported: this makes them, before any import of it."""

from __future__ import annotations

import os
from pathlib import Path

NO_ENGINE = "unix:///nonexistent/docker.sock"


def apply_settings(home: Path, endpoint: str, port: int, region: str) -> None:
    """Point the base at the state folder below `home` and keep it off every address but ours."""
    os.environ.update(
        BIND_HOST="127.0.0.1",
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        GATEWAY_PORT=str(port),
        MINISTACK_HOST="127.0.0.1",
        MINISTACK_REGION=region,
        AWS_ENDPOINT_URL=endpoint,
        PERSIST_STATE="1",
        STATE_DIR=str(home / "cloud" / "base"),
        S3_PERSIST="1",
        S3_DATA_DIR=str(home / "cloud" / "s3"),
        LOG_LEVEL="WARNING",
    )
    # No engine is asked for the base's own containers: builds and tasks are ours.
    os.environ.setdefault("DOCKER_HOST", NO_ENGINE)
