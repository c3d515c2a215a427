"""What can be trained, and how it comes in and goes out as text."""
