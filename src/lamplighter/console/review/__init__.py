"""The operation page: one operation is one job, from why it is here to a decision."""
