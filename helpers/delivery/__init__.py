"""What a notebook on releases says in one line: customers, a load balancer, services, and a deployment watched."""

from helpers.delivery.asking import Visitor, status
from helpers.delivery.balancing import (
    address,
    address_of,
    drain,
    drain_seconds,
    find_target_group,
    healthy,
    listener,
    load_balancer,
    target_group,
)  # fmt: skip
from helpers.delivery.load import Load, load
from helpers.delivery.network import Network, network
from helpers.delivery.notes import forget, predict, prediction, publish, published
from helpers.delivery.request import Request
from helpers.delivery.rolling import Count, Rollout, roll
from helpers.delivery.services import (
    Service,
    bounds,
    cluster,
    ended,
    find,
    is_over,
    primary,
    service,
    task_definition,
)  # fmt: skip

__all__ = [
    "Count", "Load", "Network", "Request", "Rollout", "Service", "Visitor", "address", "address_of", "bounds",
    "cluster", "drain", "drain_seconds", "ended", "find", "find_target_group", "forget", "healthy", "is_over",
    "listener", "load", "load_balancer", "network", "predict", "prediction", "primary", "publish", "published",
    "roll", "service", "status", "target_group", "task_definition",
]  # fmt: skip
