"""Kinds of parameters: how the text of a link becomes a value and back."""
