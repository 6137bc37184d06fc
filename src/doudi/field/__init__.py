"""The coordinator's phone: today's visits, without a network for a day, and nothing lost or overwritten.

`static/field/core` decides on the phone, `pages` shows. Here is the other end: `queries/packs` is what lies on a
phone, `actions/pushing` takes records in once each (decision 0090), `errands` does what they ask through the rooms
below, `carrying` keeps both sides of a conflict, `devices` wipes. See docs/reference/field.md.
"""
