"""Reports to NCMEC's CyberTipline: what they say, whether they would be taken, and filing them."""
