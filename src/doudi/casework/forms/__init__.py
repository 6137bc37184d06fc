"""What people fill in, feature by feature."""
