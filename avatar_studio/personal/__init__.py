"""Fine-tuning on a person's pictures in the background: jobs.Jobs is what the page talks to, worker.py does the work beside it."""
