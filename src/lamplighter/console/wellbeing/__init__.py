"""The work must not harm who does it: media under a cover, breaks, what one need not see."""
