"""How long a group keeps events, and the job that drops those that have outlived it."""

from __future__ import annotations

from ..cloud import Cloud
from ..scope import Scope
from ..service import ServiceError
from ..workers import Job
from .foundation import LogsFoundation

KIND = "logs.retention"
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
_EVERY = 3_600_000


def check_days(days: int) -> None:
    """Raise ServiceError unless AWS has this retention."""
    if days not in DAYS:
        raise ServiceError(
            "InvalidParameterException", f"retentionInDays is {days}; expected one of {', '.join(map(str, DAYS))}."
        )


class Retention(LogsFoundation):
    """Expired events are never read; here they are dropped, at the start and while new ones come in."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._swept: dict[tuple[Scope, str], int] = {}

    def start(self) -> None:
        super().start()
        self.cloud.workers.register(KIND, self._expire)
        for scope, name, group in self._groups.everywhere():
            if group.retention is not None:
                self.cloud.workers.start(KIND, scope, name)

    def _expire_now_and_then(self, scope: Scope, group: str, now: int) -> None:
        """Drop expired events of `group` unless that was done within the hour."""
        if now - self._swept.get((scope, group), 0) > _EVERY:
            self.cloud.workers.start(KIND, scope, group)

    def _expire(self, job: Job) -> None:
        self._swept[job.scope, job.key] = self._now()
        group = self._groups.get(job.scope, job.key)
        if group is not None and group.retention is not None:
            self._journal.expire(job.scope, job.key, self._horizon(group))
