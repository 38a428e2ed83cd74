"""Container images: layers as ECR keeps them, and images pulled, checked and unpacked once for each digest."""

from .programs import brings
from .pulling import CannotPull, Image, Images

__all__ = ["CannotPull", "Image", "Images", "brings"]
