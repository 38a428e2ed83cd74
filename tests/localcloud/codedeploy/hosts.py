"""Hosts of this machine, and bundles for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.localcloud.codedeploy.bench import Bench, zipped

LOG = (
    "echo $LIFECYCLE_EVENT $DEPLOYMENT_ID $APPLICATION_NAME $DEPLOYMENT_GROUP_NAME {word} >> $INSTANCE_ROOT/hooks.log\n"
)
EVENTS = ("ApplicationStop", "BeforeInstall", "AfterInstall", "ApplicationStart", "ValidateService")


class Fleet:
    """Some hosts, each with a folder of its own, and a bucket for bundles."""

    def __init__(self, bench: Bench, home: Path, count: int) -> None:
        self._bench = bench
        self._home = home
        self.names = [f"host-{number}" for number in range(count)]
        for name in self.names:
            self._register(name)
        self._s3 = bench.cloud.client("s3")
        self.bucket = f"bundles-{bench.cloud.account}"
        self._s3.create_bucket(Bucket=self.bucket)

    def _register(self, name: str) -> None:
        api = self._bench.api
        user = f"arn:aws:iam::{self._bench.cloud.account}:user/{name}"
        api.register_on_premises_instance(instanceName=name, iamUserArn=user)
        tags = [{"Key": "fleet", "Value": "shop"}, {"Key": "workbook:folder", "Value": str(self.root(name))}]
        api.add_tags_to_on_premises_instances(instanceNames=[name], tags=tags)

    def group(self, config: str, **more: Any) -> None:
        filters = [{"Key": "fleet", "Value": "shop", "Type": "KEY_AND_VALUE"}]
        self._bench.group(config, onPremisesInstanceTagFilters=filters, **more)

    def root(self, name: str = "host-0") -> Path:
        return self._home / name

    def put(self, key: str, files: dict[str, str]) -> dict[str, Any]:
        self._s3.put_object(Bucket=self.bucket, Key=key, Body=zipped(files))
        return {"revisionType": "S3", "s3Location": {"bucket": self.bucket, "key": key, "bundleType": "zip"}}

    def bundle(self, word: str, files: dict[str, str] | None = None, **scripts: str) -> dict[str, Any]:
        """Put a bundle whose scripts log their event with `word`, but for those in `scripts`."""
        bodies = {event: "#!/bin/sh\n" + scripts.get(event, LOG.format(word=word)) for event in EVENTS}
        hooks = {event: [{"location": f"scripts/{event}.sh", "timeout": 3600}] for event in EVENTS}
        spec = {
            "version": 0.0, "os": "linux", "files": [{"source": "site", "destination": "/srv/shop"}], "hooks": hooks
        }  # fmt: skip
        content = files or {"index.html": word}
        return self.put(
            f"{word}.zip",
            {
                "appspec.yml": yaml.safe_dump(spec),
                **{f"scripts/{event}.sh": body for event, body in bodies.items()},
                **{f"site/{name}": text for name, text in content.items()},
            },
        )

    def logged(self, name: str = "host-0") -> list[str]:
        path = self.root(name) / "hooks.log"
        return path.read_text().splitlines() if path.exists() else []

    def page(self, name: str = "host-0") -> str:
        path = self.root(name) / "srv" / "shop" / "index.html"
        return path.read_text() if path.exists() else ""
