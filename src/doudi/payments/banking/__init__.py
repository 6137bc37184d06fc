"""How the county and its bank talk: files out, files back, the port a bank stands behind, a practice bank."""
