"""Personal data: encrypted fields, blind index, masking, the data map, and the second wall (row-level security).

`cipher` (SM4-GCM, HMAC-SM3), `fields` for models, `sealed_files` for bytes, `masking` for pages, `rotation` when keys
change. `datamap` gathers every context's `datamap.yaml`; `wall` applies every context's `wall.sql`.
"""
