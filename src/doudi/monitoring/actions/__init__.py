"""Everything that changes what monitoring keeps."""
