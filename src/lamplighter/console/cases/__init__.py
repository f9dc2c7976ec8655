"""Cases: a lead that a person opened, with notes, tasks and the operations it concerns."""
