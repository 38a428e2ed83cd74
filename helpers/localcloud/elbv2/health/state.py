"""The states of a target, pure: what is known of it and a probe give what is known then.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html ("Target health
status", "Health check reason codes"). A new target is healthy after one success; that it takes as many failures as an
old one to become unhealthy is an assumption.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

INITIAL, HEALTHY, UNHEALTHY, UNUSED, DRAINING = "initial", "healthy", "unhealthy", "unused", "draining"


@dataclass(frozen=True, slots=True)
class Health:
    """State with reason, and how many probes in a row succeeded or failed."""

    state: str
    reason: str | None = None
    description: str | None = None
    successes: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a probe found; a failure has a reason of the API and a sentence."""

    healthy: bool
    reason: str | None = None
    description: str | None = None


FIRST = Health(INITIAL, "Elb.InitialHealthChecking", "Initial health checks in progress")
NOT_IN_USE = Health(
    UNUSED, "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer"
)
NOT_REGISTERED = Health(UNUSED, "Target.NotRegistered", "Target is not registered to the target group")
LEAVING = Health(DRAINING, "Target.DeregistrationInProgress", "Target deregistration is in progress")


def after(health: Health, outcome: Outcome, healthy_threshold: int, unhealthy_threshold: int) -> Health:
    """Return the health of a target that was `health` before the probe with this `outcome`."""
    if health.state == DRAINING:
        return health
    known = FIRST if health.state == UNUSED else health
    if outcome.healthy:
        return _succeeded(known, healthy_threshold)
    return _failed(known, outcome, unhealthy_threshold)


def _succeeded(health: Health, threshold: int) -> Health:
    successes = health.successes + 1
    needed = 1 if health.state == INITIAL else threshold
    if health.state == HEALTHY or successes >= needed:
        return Health(HEALTHY, successes=successes)
    return replace(health, successes=successes, failures=0)


def _failed(health: Health, outcome: Outcome, threshold: int) -> Health:
    failures = health.failures + 1
    if health.state == UNHEALTHY or failures >= threshold:
        return Health(UNHEALTHY, outcome.reason, outcome.description, 0, failures)
    return replace(health, successes=0, failures=failures)
