"""Long work in chunks: resumable, exactly once, with progress that a page can show. See docs/reference/jobs.md.

A kind of work is a class of `steps`; `runner` commits each chunk with its cursor; `worker` and `queue` ring the bell
(procrastinate, decision 0030); `files` are what a job makes, gone after a week.
"""
