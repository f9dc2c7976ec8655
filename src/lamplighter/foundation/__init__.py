"""What every floor stands on: errors, compiled kernels, progress."""
