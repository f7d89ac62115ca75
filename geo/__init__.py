"""Names to geometry: gazetteer, districts, datums and the priority chain that places a feature."""
