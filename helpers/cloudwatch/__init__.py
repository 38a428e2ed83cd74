"""What CloudWatch computes, as pure functions: metric math, the state of an alarm, composite rules, suppressors.

Shared by the local cloud, which computes for its alarms, and by the lessons, which replay alarms over recorded days.
"""
