"""The layers as a service: OGC API Features for QGIS, ArcGIS and GDAL, by pygeoapi."""
