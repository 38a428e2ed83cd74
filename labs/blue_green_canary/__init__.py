"""The lab on blue/green and canary releases: two versions side by side, and traffic that moves between them."""
