"""The engines in which a store is kept: a GeoPackage, or a PostGIS database."""
