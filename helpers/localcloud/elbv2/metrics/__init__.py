"""AWS/ApplicationELB: what was served, as CloudWatch knows it."""
