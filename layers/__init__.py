"""Placed features to what people take away: layers, store, filters, map, sheet, files."""
