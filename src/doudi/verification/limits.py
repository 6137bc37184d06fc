"""The figures of this context, each with where it comes from. All are the county's own: no national text names them."""

from __future__ import annotations

REPORT_VALID_DAYS = 180  # report_valid_days: 3 to 6 months by local custom, to be confirmed
TOLERANCE_PERCENT = 10  # a difference up to here is within what people remember of a year
CONSENT_LONGEST_DAYS = 3 * 366  # an ongoing award is checked yearly; nobody signs for ever
CONSENT_USUAL_DAYS = 365
SENDINGS = 2  # a source that did not answer is asked once more before it counts as silent
CORRECTION_WORKDAYS = 10  # the department's time to answer about a wrong value

SIGNATURE_BYTES = 512 * 1024
SIGNATURE_PIXELS = 2000  # width and height
ADULT = 18
