"""Clusters and their endpoints as Envoy reads them.

https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto
"""

from __future__ import annotations

from .model import Address, Cluster
from .naming import Document, short, typed

# An Application Load Balancer waits 10 seconds for a target to take the connection, then answers 504.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
CONNECT_TIMEOUT = 10
# Below what common servers keep a silent connection (uvicorn 5 s): the proxy is the one to close it, so that no
# request meets a connection that its target is closing.
_IDLE = 1
_POLICIES = {
    "round_robin": "ROUND_ROBIN",
    "least_outstanding_requests": "LEAST_REQUEST",
    "weighted_random": "RANDOM",
}
_UNLIMITED = {"max_connections": 100_000, "max_pending_requests": 100_000, "max_requests": 100_000, "max_retries": 0}


def cluster_document(cluster: Cluster) -> Document:
    """Return the cluster with its endpoints.

    In a file of their own they would cost a watch of the kernel's for each cluster, of which a user has 128.
    """
    http = typed(
        "extensions.upstreams.http.v3.HttpProtocolOptions",
        common_http_protocol_options={"idle_timeout": f"{_IDLE}s"},
        explicit_http_config={"http_protocol_options": {}},
    )
    return typed(
        "config.cluster.v3.Cluster",
        name=cluster.name,
        alt_stat_name=short(cluster.name),
        type="STATIC",
        connect_timeout=f"{CONNECT_TIMEOUT}s",
        lb_policy=_POLICIES[cluster.algorithm],
        load_assignment=_assignment(cluster),
        # Health is decided by the target group; a proxy that panics would send to targets that are draining.
        common_lb_config={"healthy_panic_threshold": {"value": 0}},
        circuit_breakers={"thresholds": [_UNLIMITED]},
        typed_extension_protocol_options={"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": http},
    )


def _assignment(cluster: Cluster) -> Document:
    targets = [{"endpoint": {"address": address(target)}} for target in cluster.targets]
    return {"cluster_name": cluster.name, "endpoints": [{"lb_endpoints": targets}]}


def address(of: Address) -> Document:
    """Return a TCP address."""
    return {"socket_address": {"address": of.host, "port_value": of.port}}
