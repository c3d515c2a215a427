"""What is said in plain words about a network."""
