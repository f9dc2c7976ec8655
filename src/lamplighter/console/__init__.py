"""Where people work: the review console and the HTTP service."""
