"""The thread that turns what was served into metrics, several times in each minute of AWS's."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...cloud import Cloud
from ...proxy import Plane
from ...scope import Scope
from ...workers import Job
from ..health.state import HEALTHY, UNHEALTHY
from ..layout import serving
from ..naming import dimension
from ..records import Records
from .data import NAMESPACE, data_of, host_counts
from .log_file import LogFile
from .served import Served, served

if TYPE_CHECKING:
    from ...cloudwatch.metrics import Metrics

log = logging.getLogger(__name__)

KIND = "elbv2.metrics"
# The one job is nobody's: resetting an account must not end it.
_NOBODY = Scope("-", "-")
_MINUTE, _HOSTS_EVERY = 60.0, 15.0
_SHORTEST, _LONGEST, _OFTEN = 0.1, 1.0, 6.0
_MOST_DATA = 1000


class Publisher:
    """Publishes to CloudWatch as the load balancer's owner would see it."""

    def __init__(self, cloud: Cloud, records: Records, plane: Plane) -> None:
        self._cloud, self._clock = cloud, cloud.clock
        self._records = records
        self._log = LogFile(plane, cloud.store)
        self._hosts_published = 0.0
        self._metrics: Metrics | None = None

    def begin(self) -> None:
        """Start the thread; it ends with the cloud."""
        self._cloud.workers.register(KIND, self._work)
        self._cloud.workers.start(KIND, _NOBODY, "all")

    def _work(self, job: Job) -> None:
        scale = self._clock.time_scale
        pause = min(max(_OFTEN / scale, _SHORTEST), _LONGEST) * scale
        while not self._clock.wait(job.stop, pause):
            try:
                self._publish_requests()
                self._publish_hosts()
                self._log.turn_over()
            except Exception:
                if job.stop.is_set():
                    return
                log.exception("The metrics of load balancers could not be published; that is tried again")

    def _publish_requests(self) -> None:
        lines, position = self._log.lines()
        if not lines:
            return
        known = {(scope, dimension(arn)) for scope, arn, _ in self._records.load_balancers.everywhere()}
        by_scope: dict[Scope, list[Served]] = defaultdict(list)
        for request in map(served, lines):
            # What a load balancer served that is gone by now, or whose account was reset, is nobody's.
            if request is not None and (request.scope, request.load_balancer) in known:
                by_scope[request.scope].append(request)
        for scope, requests in by_scope.items():
            self._publish(scope, data_of(requests, _MINUTE / self._clock.time_scale, self._serving(scope)))
        self._log.done(position)

    def _serving(self, scope: Scope) -> Mapping[str, int]:
        groups = self._records.target_groups.list(scope)
        return {dimension(each.arn): len(serving(self._records.targets_of(scope, each.arn))) for each in groups}

    def _publish_hosts(self) -> None:
        now = self._clock.now().timestamp()
        if now - self._hosts_published < _HOSTS_EVERY / self._clock.time_scale:
            return
        self._hosts_published = now
        for scope in self._records.scopes():
            data = [
                datum
                for group, balancers in self._records.used_by(scope).items()
                for balancer in balancers
                for datum in self._host_counts(scope, balancer, group)
            ]
            if data:
                self._publish(scope, data)

    def _host_counts(self, scope: Scope, balancer: str, group: str) -> list[dict[str, object]]:
        states = [target.state for target in self._records.targets_of(scope, group)]
        healthy, unhealthy = states.count(HEALTHY), states.count(UNHEALTHY)
        return host_counts(dimension(balancer), dimension(group), healthy, unhealthy)

    def _publish(self, scope: Scope, data: list[dict[str, object]]) -> None:
        from ...cloudwatch.metrics import Metrics

        if self._metrics is None:
            self._metrics = Metrics(self._cloud)
        for start in range(0, len(data), _MOST_DATA):
            self._metrics.publish(scope, NAMESPACE, data[start : start + _MOST_DATA])
