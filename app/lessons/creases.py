"""The page "Creases": the straight pieces of a network in the plane."""

from app import address, controls


def main() -> None:
    """Draw the page."""
    address.save(controls.sidebar(address.load("creases"), controls.projection))


main()
