"""Controls: widgets in the sidebar -> values of parameters -> a frozen experiment."""
