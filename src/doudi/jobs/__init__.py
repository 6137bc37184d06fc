"""Long work in chunks: resumable, exactly once, with progress that a page can show. See docs/reference/jobs.md."""
