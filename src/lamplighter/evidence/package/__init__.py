"""Export packages: a bag of originals with proofs that a stranger can check on another machine."""
