"""The lab of CloudWatch: three services that talk, numbers from what they say, alarms, dashboards."""
