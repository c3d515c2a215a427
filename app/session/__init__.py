"""A visitor's session: address bar, locks, widgets, and the work that is waited for."""
