"""The auditor's desk: who looked at what, who decided how, and the log's own state."""
