"""A shop in three services: web, catalog, orders."""
