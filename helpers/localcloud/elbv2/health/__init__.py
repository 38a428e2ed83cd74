"""Health checks: what a probe means for a target, and the thread that probes."""
