"""Where people work: review console and HTTP service, one process on one workspace."""
