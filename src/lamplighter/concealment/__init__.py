"""What a platform hid: version pairs aligned, deletion rules recovered, practices graded."""
