"""Pages: one folder each, the table of them, and what all of them share."""
