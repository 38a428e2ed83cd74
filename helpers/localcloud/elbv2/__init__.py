"""Elastic Load Balancing v2: Application Load Balancers that really balance, through a proxy process."""

from .service import ElbV2

__all__ = ["ElbV2"]
