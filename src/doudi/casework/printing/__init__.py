"""What the official forms of casework need, exactly; the forms themselves lie in documents/forms."""
