"""The thread that checks all targets when they are due, and forgets those that have drained."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ...cloud import Cloud
from ...scope import Scope
from ...workers import Job
from ..model import Target, TargetGroup
from ..records import Records
from ..traffic import Traffic
from . import state
from .probe import probe

log = logging.getLogger(__name__)

KIND = "elbv2.health-checks"
# The one job is nobody's: resetting an account must not end it.
_NOBODY = Scope("-", "-")
_IDLE = 3600.0
_PROBERS = 32
# Intervals are shortened by the time scale, but a server does not get faster by it: it has this long to answer.
LEAST_PATIENCE = 1.0
_Key = tuple[Scope, str]


@dataclass
class _Checked:
    """A target that is checked: its group as it was at the last reading, when it is due, whether a probe is out."""

    scope: Scope
    group: TargetGroup
    target: Target
    health: state.Health
    due: float
    out: bool = False


class Checker:
    """Probes targets of groups that rules name."""

    def __init__(self, cloud: Cloud, records: Records, traffic: Traffic) -> None:
        self._cloud, self._clock = cloud, cloud.clock
        self._records = records
        self._traffic = traffic
        self._bell = threading.Event()
        self._changed = True
        self._checked: dict[_Key, _Checked] = {}
        self._draining: list[tuple[Scope, Target]] = []
        self._lock = threading.Lock()
        self._probers: ThreadPoolExecutor | None = None

    def begin(self) -> None:
        """Start the thread; it ends with the cloud."""
        self._cloud.workers.register(KIND, self._work)
        self._cloud.workers.start(KIND, _NOBODY, "all")

    def ring(self) -> None:
        """Say that records changed."""
        self._changed = True
        self._bell.set()

    def _work(self, job: Job) -> None:
        threading.Thread(target=self._ring_at_end, args=(job,), name="health-end", daemon=True).start()
        self._probers = ThreadPoolExecutor(_PROBERS, thread_name_prefix="health-check")
        while not job.stop.is_set():
            self._bell.clear()
            try:
                seconds = self._turn()
            except Exception:
                if job.stop.is_set():
                    break
                log.exception("The health checks failed; they go on")
                seconds = self._clock.time_scale
            if not job.stop.is_set():
                self._clock.wait(self._bell, seconds)
        self._probers.shutdown(wait=False, cancel_futures=True)

    def _ring_at_end(self, job: Job) -> None:
        job.stop.wait()
        self._bell.set()

    def _turn(self) -> float:
        """Do all that is due; return in how many seconds of AWS's time the next is."""
        if self._changed:
            self._changed = False
            self._read()
        now = self._now()
        self._forget_drained(now)
        with self._lock:
            due = [each for each in self._checked.values() if not each.out and each.due <= now]
            for each in due:
                each.out = True
                each.due = now + each.group.check.interval / self._clock.time_scale
        for each in due:
            assert self._probers is not None
            self._probers.submit(self._probe, each)
        return self._until_next()

    def _until_next(self) -> float:
        with self._lock:
            moments = [each.due for each in self._checked.values() if not each.out]
        moments += [target.until for _, target in self._draining if target.until is not None]
        now = self._now()
        return max(min(moments, default=now + _IDLE) - now, 0.0) * self._clock.time_scale

    def _read(self) -> None:
        found = {(scope, target.key): (group, target) for scope, group, target in self._in_use()}
        with self._lock:
            self._checked = {key: self._placed(key, *pair) for key, pair in found.items()}
        everywhere = [(scope, target) for scope, _, target in self._records.targets.everywhere()]
        self._draining = [pair for pair in everywhere if pair[1].state == state.DRAINING]
        for scope, target in everywhere:
            if (scope, target.key) not in found and target.state not in (state.DRAINING, state.UNUSED):
                self._not_in_use(scope, target.key)

    def _not_in_use(self, scope: Scope, key: str) -> None:
        """A target that nobody checks any more is not known to be healthy when its group is used again."""
        with self._records.store.transaction():
            target = self._records.targets.get(scope, key)
            if target and target.state != state.DRAINING and target.group not in self._records.used_by(scope):
                target.state, target.reason, target.description = state.UNUSED, None, None
                self._records.targets.put(scope, key, target)

    def _in_use(self) -> Iterator[tuple[Scope, TargetGroup, Target]]:
        for scope in self._records.scopes():
            for arn in self._records.used_by(scope):
                group = self._records.target_groups.get(scope, arn)
                for target in self._records.targets_of(scope, arn) if group else ():
                    if group and target.state != state.DRAINING:
                        yield scope, group, target

    def _placed(self, key: _Key, group: TargetGroup, target: Target) -> _Checked:
        """Return the target as it is known, with its counts; one whose registration is new begins anew."""
        known = self._checked.get(key)
        if known is None or known.health.state != target.state:
            health = state.Health(target.state, target.reason, target.description)
            return _Checked(key[0], group, target, health, self._now())
        known.group = group
        known.due = min(known.due, self._now() + group.check.interval / self._clock.time_scale)
        return known

    def _probe(self, each: _Checked) -> None:
        try:
            check = each.group.check
            outcome = probe(each.target.host, each.target.port, check, self._patience(check.timeout))
            self._took(each, outcome)
        except Exception:
            if not self._cloud.workers.closing.is_set():
                log.exception("The health of %s could not be noted", each.target.key)
        finally:
            with self._lock:
                each.out = False
            self._bell.set()

    def _patience(self, timeout: int) -> float:
        return max(timeout / self._clock.time_scale, min(float(timeout), LEAST_PATIENCE))

    def _took(self, each: _Checked, outcome: state.Outcome) -> None:
        check = each.group.check
        before = each.health
        after = state.after(before, outcome, check.healthy, check.unhealthy)
        shown = (after.state, after.reason, after.description)
        if shown == (before.state, before.reason, before.description):
            each.health = after
            return
        # Nobody shall see a target as healthy before it gets requests.
        with self._traffic.lock:
            if self._note(each, after):
                each.health = after
                self._traffic.refresh()

    def _note(self, each: _Checked, health: state.Health) -> bool:
        """Keep the new health, unless the target was deregistered in the meantime."""
        with self._records.store.transaction():
            target = self._records.targets.get(each.scope, each.target.key)
            if target is None or target.state == state.DRAINING:
                return False
            target.state, target.reason, target.description = health.state, health.reason, health.description
            self._records.targets.put(each.scope, target.key, target)
            return True

    def _forget_drained(self, now: float) -> None:
        over = [pair for pair in self._draining if pair[1].until is not None and pair[1].until <= now]
        for scope, target in over:
            with self._records.store.transaction():
                found = self._records.targets.get(scope, target.key)
                if found is not None and found.state == state.DRAINING and (found.until or 0) <= now:
                    self._records.targets.delete(scope, target.key)
        if over:
            self._draining = [pair for pair in self._draining if pair not in over]

    def _now(self) -> float:
        return self._clock.now().timestamp()
