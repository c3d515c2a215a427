"""The web app of LayerWarp."""
