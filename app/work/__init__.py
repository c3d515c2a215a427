"""Work for visitors, beside the script: shared, cached, bounded, cancellable."""
