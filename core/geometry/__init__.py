"""Geometry: paths of layers, pictures of wide layers, exact straight pieces, theory's bounds."""
