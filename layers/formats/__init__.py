"""The file formats of :mod:`layers.export`, one module for each family."""
