"""Writes: devices, records, attachments."""
