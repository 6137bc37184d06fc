"""Administrative divisions, from province to village, with their dated names and parents; and the calendar.

`actions/load` brings the divisions in, `change` dates every change, `calendar` keeps local holidays beside the
national ones of `kernel`. A division that moves gets a new code (decision 0023).
"""
