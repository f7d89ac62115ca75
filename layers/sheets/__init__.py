"""The rooms behind :mod:`layers.sheet`: paper, map frame, symbols, labels, what stands around the map, keyed lists."""
