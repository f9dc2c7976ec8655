"""What goes out to people: the operations report."""
