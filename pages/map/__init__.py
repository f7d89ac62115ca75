"""The map page: filters, map, details, table, coverage, plans dropped in."""
