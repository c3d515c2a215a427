"""Data: labeled points in the plane, functions of one number, formulas."""
