"""The embedded local cloud: AWS's own APIs on one port of this machine, with real effects behind them."""
