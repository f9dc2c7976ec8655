"""One listing, now: what is known, the policy, and a decision with reasons."""
