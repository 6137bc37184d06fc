"""The rulebook on pages: law, parameters and their publication, the case calculator, and simulation for leaders."""
