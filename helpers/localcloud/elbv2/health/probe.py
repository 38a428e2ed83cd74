"""One health check: an HTTP request to a target."""

from __future__ import annotations

import http.client

from ..model import HealthCheck
from .matcher import codes_in
from .state import Outcome

HEALTHY = Outcome(True)
# As the load balancer's own: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/
# target-group-health-checks.html
_HEADERS = {"User-Agent": "ELB-HealthChecker/2.0", "Connection": "close", "Accept-Encoding": "gzip, compressed"}


def probe(host: str, port: int, check: HealthCheck, timeout: float) -> Outcome:
    """Ask the target at `host`:`port` as `check` says and wait up to `timeout` seconds of real time."""
    at = port if check.port == "traffic-port" else int(check.port)
    connection = http.client.HTTPConnection(host, at, timeout=timeout)
    try:
        connection.request("GET", check.path, headers={"Host": f"{host}:{at}", **_HEADERS})
        status = connection.getresponse().status
    except TimeoutError:
        return Outcome(False, "Target.Timeout", "Request timed out")
    except (OSError, http.client.HTTPException):
        return Outcome(False, "Target.FailedHealthChecks", "Health checks failed")
    finally:
        connection.close()
    if status in codes_in(check.codes):
        return HEALTHY
    return Outcome(False, "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{status}]")
