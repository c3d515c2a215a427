"""Sweeps: a grid of networks by depth, width and seed, trained at once."""
