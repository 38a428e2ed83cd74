"""Sampling: rules, quotas for the clients that apply them, and the decision about one request."""

from .operations import SamplingOperations

__all__ = ["SamplingOperations"]
