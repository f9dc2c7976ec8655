"""How the labelled sets of `bench.classes` are made. Nothing here is used by the product."""
