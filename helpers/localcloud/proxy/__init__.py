"""The data plane of load balancers: one Envoy for each local cloud, configured by files."""

from .model import Address, Answer, Cluster, Fixed, Forward, HeaderMatch, Layout, Listener, Redirect, Route, Share
from .plane import Plane, ProxyRefused
from .process import ProxyMissing

__all__ = [
    "Address",
    "Answer",
    "Cluster",
    "Fixed",
    "Forward",
    "HeaderMatch",
    "Layout",
    "Listener",
    "Plane",
    "ProxyMissing",
    "ProxyRefused",
    "Redirect",
    "Route",
    "Share",
]
