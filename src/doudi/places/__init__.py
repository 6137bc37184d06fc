"""Administrative divisions, from province to village, with their dated names and parents."""
