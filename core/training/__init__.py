"""Training: losses, optimizers, what advances it, what it records, what it costs."""
