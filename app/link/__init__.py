"""What a link can say: the table of parameters."""
