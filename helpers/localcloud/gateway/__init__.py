"""The one door of the local cloud: guards, signatures, and the way to the service that answers."""

from .app import Gateway

__all__ = ["Gateway"]
