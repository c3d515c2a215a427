"""Networks: architecture, activations, starting weights, the one forward pass."""
