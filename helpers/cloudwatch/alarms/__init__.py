"""Alarms as pure functions: their state from datapoints, composite rules, and when suppressed ones act."""
