"""The lab on rolling deployments: releases of the shop's catalog, and what customers see of them."""
